-- The rows that state records whose content was amended because of what other records say, as a load knew them.
-- Parameters: $ids list of text, $load integer
-- Columns: label text, of_id text, from_load integer, source_row integer
SELECT label, of_id, max(from_load) AS from_load, arg_max(source_row, from_load) AS source_row
FROM "Version"
WHERE of_id IN $ids AND CASE WHEN source_row IS NOT NULL THEN from_load <= $load ELSE false END
GROUP BY label, of_id
ORDER BY label, of_id
