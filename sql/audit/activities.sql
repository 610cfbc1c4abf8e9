-- How many distinct activities the events have, as a load knew them.
-- Parameters: $load integer
-- Columns: activities integer
SELECT count(DISTINCT activity) AS activities
FROM "Event"
WHERE "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY activities
