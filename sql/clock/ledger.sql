-- The ledger of the archive, as the verifier key of its first signing key.
-- Parameters: none
-- Columns: ledger text; no row where there is none
SELECT ledger FROM "Archive" WHERE ledger IS NOT NULL ORDER BY ledger
