-- The contents that were in force at a load, of records that have changed since.
-- Parameters: $ids list of text, $load integer
-- Columns: label text, of_id text, payload text (canonical JSON, null where the record was withdrawn or erased), source_row integer, from_load integer, erased integer (the load that erased the payload, null else)
SELECT label, of_id, payload, source_row, from_load, erased
FROM "Version"
WHERE of_id IN $ids AND $load BETWEEN from_load AND to_load - 1
ORDER BY label, of_id, from_load
