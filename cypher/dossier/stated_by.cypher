// The materials and events that state facts.
// Parameters: $ids list of text (facts), $load integer
// Columns: fact_id text, from_label text, from_id text
UNWIND $ids AS id
MATCH (f:Fact {id: id})<-[r:STATES]-(n)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN f.id AS fact_id, labels(n)[0] AS from_label, n.id AS from_id
ORDER BY fact_id, from_label, from_id
