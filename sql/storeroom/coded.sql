-- Records, volumes, boxes, shelves and rooms that have a code.
-- Parameters: $text text, $load integer
-- Columns: label text, id text
SELECT label, id
FROM (
    SELECT 'Material' AS label, id, "load", withdrawn FROM "Material" WHERE archive_no = $text
    UNION ALL
    SELECT 'Volume' AS label, id, "load", withdrawn FROM "Volume" WHERE code = $text
    UNION ALL
    SELECT 'Box' AS label, id, "load", withdrawn FROM "Box" WHERE code = $text
    UNION ALL
    SELECT 'Shelf' AS label, id, "load", withdrawn FROM "Shelf" WHERE code = $text
    UNION ALL
    SELECT 'Room' AS label, id, "load", withdrawn FROM "Room" WHERE code = $text
) n
WHERE $load BETWEEN n."load" AND coalesce(n.withdrawn - 1, $load)
ORDER BY label, id
