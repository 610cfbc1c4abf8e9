-- Which units actors belong to, by staff lists.
-- Parameters: $load integer
-- Columns: actor_id text, unit_id text, valid_from text, valid_to text
SELECT l.from_id AS actor_id, l.to_id AS unit_id, l.valid_from, l.valid_to
FROM "MEMBER_OF" l
WHERE l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
ORDER BY actor_id, unit_id, l.valid_from NULLS LAST, l.valid_to NULLS LAST
