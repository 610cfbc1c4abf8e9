// In which room each volume is, physical and virtual ones.
// Parameters: $load integer
// Columns: volume_id text, room_code text, kind text
MATCH (v:Volume)-[i:IN_BOX]->(:Box)-[o:ON_SHELF]->(:Shelf)-[r:IN_ROOM]->(room:Room)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    AND r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN DISTINCT v.id AS volume_id, room.code AS room_code, coalesce(room.kind, 'physical') AS kind
ORDER BY volume_id, room_code IS NULL, room_code, kind
