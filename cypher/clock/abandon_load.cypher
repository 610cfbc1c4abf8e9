// Marks an open load as abandoned, after what it wrote was taken back.
// Parameters: $number integer
// Columns: number integer
MATCH (l:Load {number: $number, state: 'open'})
SET l.state = 'abandoned', l.changes = null
RETURN l.number AS number
