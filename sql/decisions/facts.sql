-- All facts that were ever about persons or organisations, withdrawn ones included.
-- Parameters: $ids list of text (persons or organisations), $label text (Person, Organisation)
-- Columns: id text
SELECT DISTINCT from_id AS id
FROM "ABOUT"
WHERE to_id IN $ids AND to_label = $label AND from_label = 'Fact'
ORDER BY id
