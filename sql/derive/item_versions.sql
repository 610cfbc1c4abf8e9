-- The standing dated standards of service items.
-- Parameters: none
-- Columns: id text, item_id text, item_name text, valid_from text
SELECT v.id, i.id AS item_id, i.name AS item_name, v.valid_from
FROM "ItemVersion" v
JOIN "VERSION_FOR" f ON f.from_id = v.id AND f.withdrawn IS NULL
JOIN "ServiceItem" i ON i.id = f.to_id AND i.withdrawn IS NULL
WHERE v.withdrawn IS NULL
ORDER BY id, item_id
