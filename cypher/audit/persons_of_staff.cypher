// How many actors are known, by staff lists, to be a person.
// Parameters: $load integer
// Columns: actors integer
MATCH (a:Actor)-[l:IS_PERSON]->(:Person)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
RETURN count(DISTINCT a) AS actors
