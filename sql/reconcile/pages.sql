-- Records whose pages are not as many as those of their files, or of the paper that they digitise.
-- Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
-- Columns: id text, class text, volume_id text, other_id text, said integer, found integer
WITH filed AS (
    SELECT from_id AS material_id, min(to_id) AS volume_id
    FROM "FILED_IN"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY from_id
), differing AS (
    SELECT h.from_id AS id, min(f.id) AS other_id, sum(f.pages)::BIGINT AS found
    FROM "HAS_FILE" h
        JOIN "File" f ON f.id = h.to_id
    WHERE $load BETWEEN h."load" AND coalesce(h.withdrawn - 1, $load)
    GROUP BY h.from_id
    HAVING count(*) = count(f.pages)
    UNION ALL
    SELECT d.from_id AS id, p.id AS other_id, p.pages AS found
    FROM "DIGITISES" d
        JOIN "Material" p ON p.id = d.to_id
    WHERE $load BETWEEN d."load" AND coalesce(d.withdrawn - 1, $load) AND $load BETWEEN p."load" AND coalesce(p.withdrawn - 1, $load)
)
SELECT m.id, coalesce(m."class", v."class") AS "class", v.id AS volume_id, d.other_id, m.pages AS said, d.found
FROM differing d
    JOIN "Material" m ON m.id = d.id
    LEFT JOIN filed f ON f.material_id = m.id
    LEFT JOIN "Volume" v ON v.id = f.volume_id
WHERE m.id > $after AND $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load) AND m.pages <> d.found
ORDER BY m.id, d.other_id, d.found
LIMIT $limit
