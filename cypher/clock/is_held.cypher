// Whether an open load still belongs to its holder.
// Parameters: $number integer, $holder text
// Columns: number integer; no row where it does not
MATCH (l:Load {number: $number})
WHERE l.state = 'open' AND l.holder = $holder
RETURN l.number AS number
ORDER BY number
