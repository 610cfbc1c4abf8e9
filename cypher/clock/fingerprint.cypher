// The fingerprint of the id key under which the store was filled.
// Parameters: none
// Columns: fingerprint text
MATCH (a:Archive {id: 'archive'})
WHERE a.id_key_fingerprint IS NOT NULL
RETURN a.id_key_fingerprint AS fingerprint
ORDER BY fingerprint
