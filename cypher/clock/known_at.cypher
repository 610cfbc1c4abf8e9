// The number of the last load committed by an instant, 0 before the first.
// Parameters: $at integer (epoch ms)
// Columns: number integer
MATCH (l:Load {state: 'done'})
WHERE l.committed_at <= datetime({epochMillis: $at})
RETURN coalesce(max(l.number), 0) AS number
ORDER BY number
