// Where the events of cases were done.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, unit_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)-[l:IN_UNIT]->(a:Unit)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
RETURN DISTINCT c.id AS case_id, e.id AS event_id, a.id AS unit_id
ORDER BY case_id, event_id, unit_id
