-- The fingerprint of the id key under which the store was filled.
-- Parameters: none
-- Columns: fingerprint text
SELECT id_key_fingerprint AS fingerprint FROM "Archive" WHERE id_key_fingerprint IS NOT NULL ORDER BY fingerprint
