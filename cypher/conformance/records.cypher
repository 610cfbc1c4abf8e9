// The records that the events of cases received, used, produced or touched; also those that are named and not there.
// Parameters: $ids list of text (cases), $load integer
// Columns: type text, event_id text, material_id text, title text, date text, medium text, form text, valid_until text, class text, retention text, erased integer (the load that erased it), known boolean (the record is there), qualifier text (of one that is not)
// Order on Neo4j, once read: event_id, material_id, type, qualifier
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
MATCH (e)-[l:PRODUCED|RECEIVED|TOUCHED|USED]->(n:Material)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
WITH e, l, n, coalesce(n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load), false) AS known
WITH DISTINCT e, n, type(l) AS type, known, CASE WHEN NOT known THEN l.qualifier END AS qualifier
WITH e, n, type, known, qualifier, CASE WHEN known THEN n END AS m
RETURN
    type,
    e.id AS event_id,
    n.id AS material_id,
    m.title AS title,
    m.date AS date,
    m.medium AS medium,
    m.form AS form,
    m.valid_until AS valid_until,
    m.class AS class,
    m.retention AS retention,
    m.erased AS erased,
    known,
    qualifier
