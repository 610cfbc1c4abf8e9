// Which units actors belong to, by staff lists.
// Parameters: $load integer
// Columns: actor_id text, unit_id text, valid_from text, valid_to text
MATCH (a:Actor)-[l:MEMBER_OF]->(u:Unit)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
RETURN a.id AS actor_id, u.id AS unit_id, l.valid_from AS valid_from, l.valid_to AS valid_to
ORDER BY actor_id, unit_id, valid_from IS NULL, valid_from, valid_to IS NULL, valid_to
