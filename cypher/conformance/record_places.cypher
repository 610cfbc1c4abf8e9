// The files of records, and the volumes in which they are filed.
// Parameters: $ids list of text (materials), $load integer
// Columns: type text (FILED_IN, HAS_FILE), material_id text, to_id text, media_type text, size integer (bytes)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (m:Material {id: id})-[l:FILED_IN|HAS_FILE]->(f)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND (f:Volume OR f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load))
RETURN DISTINCT
    type(l) AS type,
    m.id AS material_id,
    f.id AS to_id,
    f.media_type AS media_type,
    f.size AS size
ORDER BY type, material_id, to_id
