// The persons and organisations that facts are about, with the field that each states.
// Parameters: $ids list of text (facts), $load integer
// Columns: fact_id text, field text, label text, id text
UNWIND $ids AS id
MATCH (f:Fact {id: id})-[a:ABOUT]->(s:Organisation|Person)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
RETURN DISTINCT f.id AS fact_id, f.field AS field, labels(s)[0] AS label, s.id AS id
ORDER BY fact_id, label, id
