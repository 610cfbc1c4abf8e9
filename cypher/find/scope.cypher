// The standing records whose present content came from done loads of one source, for a snapshot.
// Parameters: $system text, $mapping text
// Columns: label text, id text
MATCH (l:Load {system: $system, mapping: $mapping, state: 'done'})
WITH collect(l.number) AS numbers
MATCH (n:Case|Event|Fact|Material|Object|Volume)
WHERE n.withdrawn IS NULL AND n.since IN numbers
RETURN labels(n)[0] AS label, n.id AS id
ORDER BY label, id
