// The shelves of all rooms, and how many boxes stand on them.
// Parameters: $load integer
// Columns: room_id text, room_code text, kind text, room_position integer, shelf_id text, shelf_code text, capacity integer (boxes), boxes integer, last_position integer (ever)
MATCH (s:Shelf)
WHERE s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
OPTIONAL MATCH (s)-[r:IN_ROOM]->(room:Room)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
WITH s, room, min(r.position) AS room_position
OPTIONAL MATCH (s)<-[o:ON_SHELF]-(b:Box)
WHERE o.load <= $load
RETURN
    room.id AS room_id,
    room.code AS room_code,
    coalesce(room.kind, 'physical') AS kind,
    room_position,
    s.id AS shelf_id,
    s.code AS shelf_code,
    s.capacity AS capacity,
    count(DISTINCT CASE WHEN o.withdrawn IS NULL OR o.withdrawn > $load THEN b.id END) AS boxes,
    max(o.position) AS last_position
ORDER BY room_id IS NULL, room_id, shelf_id
