-- The standing types of materials with their names.
-- Parameters: none
-- Columns: id text, name text, synonyms text (JSON list)
SELECT id, name, synonyms
FROM "MaterialType"
WHERE withdrawn IS NULL
ORDER BY id
