-- The records that no event names and that are in no volume: what is to be arranged.
-- Parameters: $load integer
-- Columns: persons integer, person_id text (the first), dated text, material_id text, medium text, form text, files integer, pages integer, class text, retention text, archive_no text
WITH named AS (
    SELECT to_id FROM "RECEIVED" WHERE to_label = 'Material' AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    UNION ALL
    SELECT to_id FROM "USED" WHERE to_label = 'Material' AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    UNION ALL
    SELECT to_id FROM "PRODUCED" WHERE to_label = 'Material' AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    UNION ALL
    SELECT to_id FROM "TOUCHED" WHERE to_label = 'Material' AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
), whose AS (
    SELECT from_id AS material_id, count(DISTINCT to_id) AS persons, min(to_id) AS person_id
    FROM "ABOUT"
    WHERE from_label = 'Material' AND to_label = 'Person' AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY ALL
), held AS (
    SELECT from_id AS material_id, count(*) AS files
    FROM "HAS_FILE"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY ALL
)
SELECT
    coalesce(w.persons, 0) AS persons,
    w.person_id,
    m."date" AS dated,
    m.id AS material_id,
    m.medium,
    m.form,
    coalesce(h.files, 0) AS files,
    m.pages,
    m."class",
    m.retention,
    m.archive_no
FROM "Material" m
    LEFT JOIN whose w ON w.material_id = m.id
    LEFT JOIN held h ON h.material_id = m.id
WHERE $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load) AND m.erased IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM "FILED_IN" f
        WHERE f.from_id = m.id AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load)
    )
    AND m.id NOT IN (SELECT to_id FROM named)
ORDER BY m.id
