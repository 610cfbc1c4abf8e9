-- The shelves of boxes.
-- Parameters: $ids list of text, $load integer
-- Columns: from_id text, to_label text, to_id text, position integer, valid_from text, valid_to text
-- Order: by the columns, sorted once read
SELECT from_id, to_label, to_id, "position", valid_from, valid_to
FROM "ON_SHELF"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
