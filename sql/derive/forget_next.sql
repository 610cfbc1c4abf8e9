-- Removes what loads before $load derived of the order of cases.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: removed integer
DELETE FROM "NEXT" WHERE case_id IN (SELECT unnest($ids::VARCHAR[])) AND "load" < $load
