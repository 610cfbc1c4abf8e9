// The rooms of shelves.
// Parameters: $ids list of text, $load integer
// Columns: from_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (a:Shelf {id: id})-[r:IN_ROOM]->(b:Room)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN
    a.id AS from_id,
    labels(b)[0] AS to_label,
    b.id AS to_id,
    r.position AS position,
    r.valid_from AS valid_from,
    r.valid_to AS valid_to
