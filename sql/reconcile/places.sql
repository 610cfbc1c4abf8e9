-- Records whose place in a volume another record has as well; `said` is the place.
-- Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
-- Columns: id text, class text, volume_id text, other_id text, said integer, found integer
SELECT
    m.id,
    coalesce(m."class", v."class") AS "class",
    v.id AS volume_id,
    min(g.from_id) AS other_id,
    f."position" AS said,
    NULL::BIGINT AS found
FROM "FILED_IN" f
    JOIN "FILED_IN" g ON g.to_id = f.to_id AND g."position" = f."position" AND g.from_id <> f.from_id
    JOIN "Material" m ON m.id = f.from_id
    JOIN "Volume" v ON v.id = f.to_id
WHERE m.id > $after AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load) AND $load BETWEEN g."load" AND coalesce(g.withdrawn - 1, $load)
GROUP BY ALL
ORDER BY m.id, v.id, f."position"
LIMIT $limit
