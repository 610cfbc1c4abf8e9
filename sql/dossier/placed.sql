-- Where volumes, boxes and shelves are kept.
-- Parameters: $ids list of text (volumes, boxes or shelves), $load integer
-- Columns: type text, from_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
SELECT 'IN_BOX' AS type, from_id, to_label, to_id, "position", valid_from, valid_to
FROM "IN_BOX"
WHERE from_id IN $ids AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT 'IN_ROOM' AS type, from_id, to_label, to_id, "position", valid_from, valid_to
FROM "IN_ROOM"
WHERE from_id IN $ids AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT 'ON_SHELF' AS type, from_id, to_label, to_id, "position", valid_from, valid_to
FROM "ON_SHELF"
WHERE from_id IN $ids AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY type, from_id, to_id, "position" NULLS LAST, valid_from NULLS LAST, valid_to NULLS LAST
