// The open load that is changing what is seen already, if there is one.
// Parameters: none
// Columns: number integer, changes text (begun, applied), holder text, source text
MATCH (l:Load {state: 'open'})
WHERE l.changes IS NOT NULL
RETURN l.number AS number, l.changes AS changes, l.holder AS holder, l.source AS source
ORDER BY number
