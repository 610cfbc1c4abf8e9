-- Persons and organisations that a text names, by id, number or prevailing name.
-- Parameters: $text text, $number text (the same as a valid number, null where it is none)
-- Columns: label text, id text, how text (id, number, name)
SELECT 'Organisation' AS label, id, CASE WHEN id = $text THEN 'id' WHEN credit_code = $number THEN 'number' ELSE 'name' END AS how
FROM "Organisation"
WHERE id = $text OR credit_code = $number OR name = $text
UNION ALL
SELECT 'Person' AS label, id, CASE WHEN id = $text THEN 'id' WHEN id_no = $number THEN 'number' ELSE 'name' END AS how
FROM "Person"
WHERE id = $text OR id_no = $number OR name = $text
ORDER BY label, id
