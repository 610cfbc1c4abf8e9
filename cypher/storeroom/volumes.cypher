// The volumes in some boxes, in the order of their places.
// Parameters: $ids list of text (boxes), $load integer
// Columns: box_id text, position integer, volume_id text, code text, class text, year integer, retention text, records integer
UNWIND $ids AS id
WITH DISTINCT id
MATCH (b:Box {id: id})<-[i:IN_BOX]-(v:Volume)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
OPTIONAL MATCH (v)<-[f:FILED_IN]-(m:Material)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
RETURN
    b.id AS box_id,
    i.position AS position,
    v.id AS volume_id,
    v.code AS code,
    v.class AS class,
    v.year AS year,
    v.retention AS retention,
    count(m) AS records
ORDER BY box_id, position IS NULL, position, volume_id
