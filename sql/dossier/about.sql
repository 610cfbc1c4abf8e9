-- What is about persons, organisations or cases: materials, volumes, facts.
-- Parameters: $ids list of text (persons, organisations, cases), $load integer
-- Columns: type text (ABOUT), from_label text, from_id text, to_label text, to_id text
-- Order: by the columns, sorted once read
SELECT 'ABOUT' AS type, from_label, from_id, to_label, to_id
FROM "ABOUT"
WHERE to_id IN $ids AND CASE WHEN to_label IN ('Case', 'Organisation', 'Person') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
