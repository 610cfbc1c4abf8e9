// The source systems that done loads came from.
// Parameters: none
// Columns: system text
MATCH (l:Load {state: 'done'})
WHERE l.system IS NOT NULL
RETURN DISTINCT l.system AS system
ORDER BY system
