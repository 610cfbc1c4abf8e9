-- How many actors are known, by staff lists, to be a person.
-- Parameters: $load integer
-- Columns: actors integer
SELECT count(DISTINCT l.from_id) AS actors
FROM "IS_PERSON" l
WHERE l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
