-- Keeps which ledger the archive has, once.
-- Parameters: $ledger text
-- Columns: ledger text; no row where it has one
UPDATE "Archive" SET ledger = $ledger WHERE ledger IS NULL RETURNING ledger
