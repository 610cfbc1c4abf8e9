// Who did the events of cases, in which role, and in which unit; also whom an event names that is not there.
// Parameters: $ids list of text (cases), $load integer
// Columns: type text (BY, IN_UNIT), event_id text, to_id text, role text, name text, kind text, known boolean (actor or unit is there), qualifier text (of one that is not)
// Order on Neo4j, once read: type, event_id, to_id, role, qualifier
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[l:BY|IN_UNIT]->(n:Actor|Unit)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
WITH e, l, n, coalesce(n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load), false) AS known
WITH DISTINCT e, n, type(l) AS type, l.role AS role, known, CASE WHEN NOT known THEN l.qualifier END AS qualifier
RETURN
    type,
    e.id AS event_id,
    n.id AS to_id,
    role,
    CASE WHEN known THEN n.name END AS name,
    CASE WHEN known THEN n.kind END AS kind,
    known,
    qualifier
