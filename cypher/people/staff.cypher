// What staff lists say of actors: the units that they belong to, and the persons that they are.
// Parameters: $ids list of text (actors), $load integer
// Columns: type text, actor_id text, to_id text, valid_from text, valid_to text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (a:Actor {id: id})-[r:IS_PERSON|MEMBER_OF]->(t)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN
    type(r) AS type,
    startNode(r).id AS actor_id,
    t.id AS to_id,
    r.valid_from AS valid_from,
    r.valid_to AS valid_to
ORDER BY type, actor_id, to_id, valid_from, valid_to
