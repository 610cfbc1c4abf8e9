-- What staff lists say of actors: the units that they belong to, and the persons that they are.
-- Parameters: $ids list of text (actors), $load integer
-- Columns: type text, actor_id text, to_id text, valid_from text, valid_to text
SELECT 'IS_PERSON' AS type, from_id AS actor_id, to_id, valid_from, valid_to
FROM "IS_PERSON"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
UNION ALL
SELECT 'MEMBER_OF' AS type, from_id AS actor_id, to_id, valid_from, valid_to
FROM "MEMBER_OF"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY type, actor_id, to_id, valid_from NULLS LAST, valid_to NULLS LAST
