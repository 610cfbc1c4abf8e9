// The number of the open load, if there is one.
// Parameters: none
// Columns: number integer
MATCH (l:Load) WHERE l.state = 'open'
RETURN l.number AS number
ORDER BY number
