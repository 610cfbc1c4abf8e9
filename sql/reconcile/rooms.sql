-- In which room each volume is, physical and virtual ones.
-- Parameters: $load integer
-- Columns: volume_id text, room_code text, kind text
SELECT DISTINCT i.from_id AS volume_id, room.code AS room_code, coalesce(room.kind, 'physical') AS kind
FROM "IN_BOX" i
    JOIN "ON_SHELF" o ON o.from_id = i.to_id
    JOIN "IN_ROOM" r ON r.from_id = o.to_id
    JOIN "Room" room ON room.id = r.to_id
WHERE $load BETWEEN i."load" AND coalesce(i.withdrawn - 1, $load) AND $load BETWEEN o."load" AND coalesce(o.withdrawn - 1, $load) AND $load BETWEEN r."load" AND coalesce(r.withdrawn - 1, $load)
ORDER BY volume_id, room_code NULLS LAST, kind
