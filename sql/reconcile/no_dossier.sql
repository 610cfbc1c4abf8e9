-- Persons whom no record and no volume is about.
-- Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
-- Columns: id text, class text, volume_id text, other_id text, said integer, found integer
SELECT p.id, NULL::VARCHAR AS "class", NULL::VARCHAR AS volume_id, NULL::VARCHAR AS other_id, NULL::BIGINT AS said, NULL::BIGINT AS found
FROM "Person" p
WHERE p.id > $after AND $load BETWEEN p."load" AND coalesce(p.withdrawn - 1, $load)
    AND NOT EXISTS (
        SELECT 1 FROM "ABOUT" a
        WHERE a.to_id = p.id AND a.to_label = 'Person' AND a.from_label IN ('Material', 'Volume') AND $load BETWEEN a."load" AND coalesce(a.withdrawn - 1, $load)
    )
ORDER BY p.id
LIMIT $limit
