-- All service items with their dated standards, as a load knew them.
-- Parameters: $load integer
-- Columns: item_id text, version_id text
SELECT i.id AS item_id, v.from_id AS version_id
FROM "ServiceItem" i LEFT JOIN "VERSION_FOR" v ON v.to_id = i.id AND v."load" <= $load AND (v.withdrawn IS NULL OR v.withdrawn > $load)
WHERE i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
ORDER BY item_id, version_id NULLS LAST
