// The records that the events of cases received or used.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, material_id text, title text, dated text, valid_until text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)-[l:RECEIVED|USED]->(m:Material)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
    AND m.erased IS NULL
RETURN DISTINCT c.id AS case_id, e.id AS event_id, m.id AS material_id, m.title AS title, m.date AS dated, m.valid_until AS valid_until
ORDER BY case_id, event_id, material_id
