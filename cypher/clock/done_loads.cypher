// The loads that are done.
// Parameters: none
// Columns: number integer, committed_at integer (epoch ms)
MATCH (l:Load {state: 'done'})
RETURN l.number AS number, l.committed_at.epochMillis AS committed_at
ORDER BY number
