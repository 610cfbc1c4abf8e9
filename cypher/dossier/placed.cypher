// Where volumes, boxes and shelves are kept.
// Parameters: $ids list of text (volumes, boxes or shelves), $load integer
// Columns: type text, from_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
UNWIND $ids AS id
MATCH (s:Volume|Box|Shelf {id: id})-[r:IN_BOX|IN_ROOM|ON_SHELF]->(n)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN
    type(r) AS type,
    s.id AS from_id,
    labels(n)[0] AS to_label,
    n.id AS to_id,
    r.position AS position,
    r.valid_from AS valid_from,
    r.valid_to AS valid_to
ORDER BY type, from_id, to_id, position, valid_from, valid_to
