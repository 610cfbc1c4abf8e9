// The files of the records of cases, and the volumes in which they are filed.
// Parameters: $ids list of text (cases), $load integer
// Columns: type text (FILED_IN, HAS_FILE), material_id text, to_id text, media_type text, size integer (bytes)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[t:PRODUCED|RECEIVED|TOUCHED|USED]->(m:Material)
WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
WITH DISTINCT m
MATCH (m)-[l:FILED_IN|HAS_FILE]->(f)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND (f:Volume OR f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load))
RETURN DISTINCT
    type(l) AS type,
    m.id AS material_id,
    f.id AS to_id,
    f.media_type AS media_type,
    f.size AS size
ORDER BY type, material_id, to_id
