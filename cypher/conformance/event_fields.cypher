// The fields that the events of cases state.
// Parameters: $ids list of text (cases), $load integer
// Columns: event_id text, fact_id text, field text, value text, number integer, unit text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[l:STATES]->(f:Fact)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
RETURN e.id AS event_id, f.id AS fact_id, f.field AS field, f.value AS value, f.number AS number, f.unit AS unit
ORDER BY event_id, fact_id
