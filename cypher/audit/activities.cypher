// How many distinct activities the events have, as a load knew them.
// Parameters: $load integer
// Columns: activities integer
MATCH (e:Event)
WHERE e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
RETURN count(DISTINCT e.activity) AS activities
ORDER BY activities
