-- How many records there are of each class, retention and year in which they were formed.
-- Parameters: $load integer
-- Columns: class text, retention text, year integer (of its volume, or else of its date), records integer
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
SELECT "class", retention, "year", count(*) AS records
FROM kept
GROUP BY "class", retention, "year"
ORDER BY "class" NULLS LAST, retention NULLS LAST, "year" NULLS LAST
