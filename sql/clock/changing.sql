-- The open load that is changing what is seen already, if there is one.
-- Parameters: none
-- Columns: number integer, changes text (begun, applied), holder text, source text
SELECT number, changes, holder, source
FROM "Load"
WHERE state = 'open' AND changes IS NOT NULL
ORDER BY number
