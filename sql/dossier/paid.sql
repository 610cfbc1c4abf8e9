-- What is paid to persons or organisations or in cases.
-- Parameters: $ids list of text (persons, organisations, cases), $load integer
-- Columns: type text (PAYS), from_label text, from_id text, to_label text, to_id text
-- Order: by the columns, sorted once read
SELECT 'PAYS' AS type, from_label, from_id, to_label, to_id
FROM "PAYS"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
