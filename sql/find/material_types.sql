-- The types of materials, as a load knew them.
-- Parameters: $load integer
-- Columns: id text
SELECT id
FROM "MaterialType"
WHERE "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY id
