-- Which of some codes volumes have, and the places that are taken in them.
-- Parameters: $codes list of text, $load integer
-- Columns: volume_id text, code text, position integer
SELECT DISTINCT v.id AS volume_id, v.code, f."position"
FROM "Volume" v
    LEFT JOIN "FILED_IN" f ON f.to_id = v.id AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load)
WHERE v.code IN (SELECT unnest($codes::VARCHAR[])) AND $load BETWEEN v."load" AND coalesce(v.withdrawn - 1, $load)
ORDER BY v.id, f."position" NULLS LAST
