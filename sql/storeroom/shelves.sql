-- The shelves of all rooms, and how many boxes stand on them.
-- Parameters: $load integer
-- Columns: room_id text, room_code text, kind text, room_position integer, shelf_id text, shelf_code text, capacity integer (boxes), boxes integer, last_position integer (ever)
SELECT
    room.id AS room_id,
    room.code AS room_code,
    coalesce(room.kind, 'physical') AS kind,
    r.room_position,
    s.id AS shelf_id,
    s.code AS shelf_code,
    s.capacity,
    coalesce(o.boxes, 0) AS boxes,
    o.last_position
FROM "Shelf" s
    LEFT JOIN (
        SELECT from_id, to_id, min("position") AS room_position
        FROM "IN_ROOM"
        WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
        GROUP BY from_id, to_id
    ) r ON r.from_id = s.id
    LEFT JOIN "Room" room ON room.id = r.to_id
    LEFT JOIN (
        SELECT
            to_id,
            count(DISTINCT from_id) FILTER (coalesce(withdrawn > $load, true)) AS boxes,
            max("position") AS last_position
        FROM "ON_SHELF"
        WHERE "load" <= $load
        GROUP BY to_id
    ) o ON o.to_id = s.id
WHERE $load BETWEEN s."load" AND coalesce(s.withdrawn - 1, $load)
ORDER BY room.id NULLS LAST, s.id
