// What findings are about.
// Parameters: $ids list of text (findings), $load integer
// Columns: finding_id text, label text, target_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (f:Finding {id: id})-[l:FOUND]->(target)
WHERE l.load <= $load
RETURN f.id AS finding_id, labels(target)[0] AS label, target.id AS target_id
ORDER BY finding_id, label, target_id
