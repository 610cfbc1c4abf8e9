// Events of cases by an actor who is, by a staff list, a person that applied for the case.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, event_id text, actor_id text, person_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[a:APPLIED]-(person:Person)
MATCH (c)<-[i:IN_CASE]-(e:Event)-[b:BY]->(actor:Actor)-[p:IS_PERSON]->(person)
WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
RETURN DISTINCT c.id AS case_id, e.id AS event_id, actor.id AS actor_id, person.id AS person_id
ORDER BY case_id, event_id, actor_id, person_id
