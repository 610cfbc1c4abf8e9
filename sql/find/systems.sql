-- The source systems that done loads came from.
-- Parameters: none
-- Columns: system text
SELECT DISTINCT system FROM "Load" WHERE state = 'done' AND system IS NOT NULL ORDER BY system
