-- The records of some of the completed cases that are in no volume: what is to be filed.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, item_id text, accepted_at integer (epoch ms), closed_at integer (epoch ms), persons integer, person_id text (the first), material_id text, first_at integer (epoch ms), medium text, form text, files integer, pages integer, class text, retention text, archive_no text
WITH touched AS (
    SELECT from_id, to_id, case_id, "load", withdrawn FROM "RECEIVED" WHERE to_label = 'Material'
    UNION ALL
    SELECT from_id, to_id, case_id, "load", withdrawn FROM "USED" WHERE to_label = 'Material'
    UNION ALL
    SELECT from_id, to_id, case_id, "load", withdrawn FROM "PRODUCED" WHERE to_label = 'Material'
    UNION ALL
    SELECT from_id, to_id, case_id, "load", withdrawn FROM "TOUCHED" WHERE to_label = 'Material'
), loose AS (
    SELECT c.id AS case_id, t.to_id AS material_id, epoch_ms(min(i.sort_at)) AS first_at
    FROM "Case" c
        JOIN "IN_CASE" i ON i.to_id = c.id
        JOIN touched t ON t.from_id = i.from_id
    WHERE c.status = 'closed' AND c.id IN (SELECT unnest($ids::VARCHAR[]))
        AND $load BETWEEN c."load" AND coalesce(c.withdrawn - 1, $load)
        AND $load BETWEEN i."load" AND coalesce(i.withdrawn - 1, $load)
        AND $load BETWEEN t."load" AND coalesce(t.withdrawn - 1, $load)
        AND (t.case_id IS NULL OR t.case_id = c.id)
    GROUP BY ALL
), applicants AS (
    SELECT to_id AS case_id, count(DISTINCT from_id) AS persons, min(from_id) AS person_id
    FROM "APPLIED"
    WHERE from_label = 'Person' AND to_id IN (SELECT case_id FROM loose)
        AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY ALL
), held AS (
    SELECT from_id AS material_id, count(*) AS files
    FROM "HAS_FILE"
    WHERE from_id IN (SELECT material_id FROM loose) AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY ALL
)
SELECT
    l.case_id,
    c.item_id,
    epoch_ms(coalesce(c.accepted_at, c.opened_at)) AS accepted_at,
    epoch_ms(c.closed_at) AS closed_at,
    coalesce(a.persons, 0) AS persons,
    a.person_id,
    l.material_id,
    l.first_at,
    m.medium,
    m.form,
    coalesce(h.files, 0) AS files,
    m.pages,
    m."class",
    m.retention,
    m.archive_no
FROM loose l
    JOIN "Case" c ON c.id = l.case_id
    JOIN "Material" m ON m.id = l.material_id
    LEFT JOIN applicants a ON a.case_id = l.case_id
    LEFT JOIN held h ON h.material_id = l.material_id
WHERE $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load) AND m.erased IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM "FILED_IN" f
        WHERE f.from_id = l.material_id AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load)
    )
ORDER BY l.case_id, l.material_id
