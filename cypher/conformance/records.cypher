// The records that the events of cases received, used, produced or touched.
// Parameters: $ids list of text (cases), $load integer
// Columns: type text, event_id text, material_id text, title text, date text, medium text, form text, valid_until text, class text, retention text, erased integer (the load that erased it)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[l:PRODUCED|RECEIVED|TOUCHED|USED]->(m:Material)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
RETURN DISTINCT
    type(l) AS type,
    e.id AS event_id,
    m.id AS material_id,
    m.title AS title,
    m.date AS date,
    m.medium AS medium,
    m.form AS form,
    m.valid_until AS valid_until,
    m.class AS class,
    m.retention AS retention,
    m.erased AS erased
ORDER BY event_id, material_id, type
