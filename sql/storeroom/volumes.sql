-- The volumes in some boxes, in the order of their places.
-- Parameters: $ids list of text (boxes), $load integer
-- Columns: box_id text, position integer, volume_id text, code text, class text, year integer, retention text, records integer
SELECT
    i.to_id AS box_id,
    i."position",
    v.id AS volume_id,
    v.code,
    v."class",
    v."year",
    v.retention,
    count(f.from_id) AS records
FROM "IN_BOX" i
    JOIN "Volume" v ON v.id = i.from_id
    LEFT JOIN "FILED_IN" f ON f.to_id = v.id AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load)
WHERE i.to_id IN $ids AND $load BETWEEN i."load" AND coalesce(i.withdrawn - 1, $load)
GROUP BY ALL
ORDER BY i.to_id, i."position" NULLS LAST, v.id
