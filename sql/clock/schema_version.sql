-- Which version of the schema the store was made by.
-- Parameters: none
-- Columns: schema_version integer
SELECT schema_version FROM "Archive" ORDER BY schema_version
