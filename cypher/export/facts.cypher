// Facts about any records, as a load knew it.
// Parameters: $ids list of text (any labels), $load integer
// Columns: fact_id text, to_label text, to_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (t:Person|Organisation|Case|Object|Actor|Unit|Material {id: id})<-[r:ABOUT]-(f:Fact)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN f.id AS fact_id, labels(t)[0] AS to_label, endNode(r).id AS to_id
ORDER BY fact_id, to_label, to_id
