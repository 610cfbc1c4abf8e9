// The fields that the events of cases state; also facts that an event names and that are not there.
// Parameters: $ids list of text (cases), $load integer
// Columns: event_id text, fact_id text, field text, value text, number integer, unit text, known boolean (the fact is there)
// Order on Neo4j, once read: event_id, fact_id
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[l:STATES]->(n:Fact)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
WITH e, n, CASE WHEN n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load) THEN n END AS f
RETURN
    e.id AS event_id,
    n.id AS fact_id,
    f.field AS field,
    f.value AS value,
    f.number AS number,
    f.unit AS unit,
    f IS NOT NULL AS known
