// The ledger of the archive, as the verifier key of its first signing key.
// Parameters: none
// Columns: ledger text; no row where there is none
MATCH (a:Archive)
WHERE a.ledger IS NOT NULL
RETURN a.ledger AS ledger
ORDER BY ledger
