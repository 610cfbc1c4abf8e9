-- The records in some volumes, in the order of their places.
-- Parameters: $ids list of text (volumes), $load integer
-- Columns: volume_id text, position integer, material_id text, archive_no text, doc_no text, responsible text, title text, dated text, secrecy text, medium text, pages integer, note text
SELECT
    f.to_id AS volume_id,
    f."position",
    m.id AS material_id,
    m.archive_no,
    m.doc_no,
    m.responsible,
    m.title,
    m."date" AS dated,
    m.secrecy,
    m.medium,
    m.pages,
    m.attributes AS note
FROM "FILED_IN" f
    JOIN "Material" m ON m.id = f.from_id
WHERE f.to_id IN $ids AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load) AND $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load)
ORDER BY f.to_id, f."position" NULLS LAST, m.id
