// Records, volumes, boxes, shelves and rooms that have a code.
// Parameters: $text text, $load integer
// Columns: label text, id text
UNWIND ['Box', 'Material', 'Room', 'Shelf', 'Volume'] AS label
CALL (label) {
    WITH label WHERE label = 'Material'
    MATCH (n:Material {archive_no: $text}) RETURN n
    UNION
    WITH label WHERE label = 'Volume'
    MATCH (n:Volume {code: $text}) RETURN n
    UNION
    WITH label WHERE label = 'Box'
    MATCH (n:Box {code: $text}) RETURN n
    UNION
    WITH label WHERE label = 'Shelf'
    MATCH (n:Shelf {code: $text}) RETURN n
    UNION
    WITH label WHERE label = 'Room'
    MATCH (n:Room {code: $text}) RETURN n
}
WITH label, n
WHERE n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
RETURN label, n.id AS id
ORDER BY label, id
