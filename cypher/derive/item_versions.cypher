// The standing dated standards of service items.
// Parameters: none
// Columns: id text, item_id text, item_name text, valid_from text
MATCH (v:ItemVersion)-[f:VERSION_FOR]->(i:ServiceItem)
WHERE v.withdrawn IS NULL AND f.withdrawn IS NULL AND i.withdrawn IS NULL
RETURN v.id AS id, i.id AS item_id, i.name AS item_name, v.valid_from AS valid_from
ORDER BY id, item_id
