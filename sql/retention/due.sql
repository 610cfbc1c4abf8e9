-- The records of fixed term that fall due in a year: on 1 January of it their term has run out.
-- Parameters: $due integer (year), $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
-- Columns: material_id text, archive_no text, class text, retention text, year integer (of its volume, or else of its date), volume_id text
WITH filed AS (
    SELECT from_id AS material_id, min(to_id) AS volume_id
    FROM "FILED_IN"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY from_id
), kept AS (
    SELECT
        m.id,
        m.archive_no,
        v.id AS volume_id,
        coalesce(m."class", v."class") AS "class",
        coalesce(m.retention, v.retention) AS retention,
        coalesce(v."year", TRY_CAST(nullif(nullif(regexp_extract(m."date", '^[0-9]{4}'), ''), '0000') AS BIGINT)) AS "year"
    FROM "Material" m
        LEFT JOIN filed f ON f.material_id = m.id
        LEFT JOIN "Volume" v ON v.id = f.volume_id
    WHERE $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load)
)
SELECT id AS material_id, archive_no, "class", retention, "year", volume_id
FROM kept
WHERE id > $after AND regexp_full_match(retention, '[0-9]{1,3}年')
    AND "year" + TRY_CAST(left(retention, -1) AS BIGINT) + 1 = $due
ORDER BY id
LIMIT $limit
