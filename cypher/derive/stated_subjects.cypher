// Whom the facts are about that materials state.
// Parameters: $ids list of text (materials)
// Columns: to_label text, to_id text
UNWIND $ids AS id
MATCH (:Material {id: id})-[s:STATES]->(:Fact)-[a:ABOUT]->(p:Organisation|Person)
WHERE s.withdrawn IS NULL AND a.withdrawn IS NULL
RETURN DISTINCT labels(p)[0] AS to_label, p.id AS to_id
ORDER BY to_label, to_id
