// Keeps the fingerprint of the id key, at the first load.
// Parameters: $fingerprint text
// Columns: fingerprint text
MATCH (a:Archive {id: 'archive'})
WHERE a.id_key_fingerprint IS NULL
SET a.id_key_fingerprint = $fingerprint
RETURN a.id_key_fingerprint AS fingerprint
