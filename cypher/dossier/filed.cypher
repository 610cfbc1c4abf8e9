// Where materials are filed.
// Parameters: $ids list of text (materials), $load integer
// Columns: type text, material_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (m:Material {id: id})-[r:FILED_IN]->(n)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN
    type(r) AS type,
    m.id AS material_id,
    labels(n)[0] AS to_label,
    n.id AS to_id,
    r.position AS position,
    r.valid_from AS valid_from,
    r.valid_to AS valid_to
