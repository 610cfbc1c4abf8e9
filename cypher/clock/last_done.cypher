// The number of the last done load, 0 before the first.
// Parameters: none
// Columns: number integer
MATCH (l:Load {state: 'done'})
RETURN coalesce(max(l.number), 0) AS number
ORDER BY number
