// The materials and events that state facts.
// Parameters: $ids list of text (facts), $load integer
// Columns: fact_id text, from_label text, from_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (f:Fact {id: id})<-[r:STATES]-(n)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN f.id AS fact_id, labels(n)[0] AS from_label, n.id AS from_id
