// Where certain activities follow each other directly.
// Parameters: $load integer, $keys list of text (item, activity and next activity with a tab between, '' for none)
// Columns: case_id text, event_id text (the later one), item_id text, from_activity text, to_activity text
WITH [key IN $keys | split(key, '\t')] AS names
// Of steps that are named without a tab the activities are looked at before their case, which takes longer to find.
WITH CASE WHEN all(name IN names WHERE size(name) = 3) THEN [name IN names | name[1] + '\t' + name[2]] END AS wanted
MATCH (a)-[n:NEXT]->(b)
WHERE n.load <= $load AND (wanted IS NULL OR coalesce(a.activity, '') + '\t' + coalesce(b.activity, '') IN wanted)
MATCH (c:Case {id: n.case_id})
WHERE coalesce(c.item_id, '') + '\t' + coalesce(a.activity, '') + '\t' + coalesce(b.activity, '') IN $keys
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
// endNode(n) is read from the store, as the case is sorted by what it stores.
RETURN c.id AS case_id, endNode(n).id AS event_id, c.item_id AS item_id, a.activity AS from_activity, b.activity AS to_activity
ORDER BY case_id, event_id
