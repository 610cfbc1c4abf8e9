// The decisions about facts.
// Parameters: $ids list of text (facts), $load integer
// Columns: fact_id text, decision_id text
UNWIND $ids AS id
MATCH (f:Fact {id: id})<-[r:DECIDES]-(d:Decision)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN f.id AS fact_id, d.id AS decision_id
ORDER BY fact_id, decision_id
