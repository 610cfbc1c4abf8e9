// Keeps which ledger the archive has, once.
// Parameters: $ledger text
// Columns: ledger text; no row where it has one
MATCH (a:Archive {id: 'archive'})
WHERE a.ledger IS NULL
SET a.ledger = $ledger
RETURN a.ledger AS ledger
