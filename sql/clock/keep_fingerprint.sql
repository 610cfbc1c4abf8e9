-- Keeps the fingerprint of the id key, at the first load.
-- Parameters: $fingerprint text
-- Columns: fingerprint text
UPDATE "Archive"
SET id_key_fingerprint = $fingerprint
WHERE id_key_fingerprint IS NULL
RETURNING id_key_fingerprint AS fingerprint
