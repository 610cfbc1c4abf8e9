// Where certain activities follow each other directly.
// Parameters: $load integer, $keys list of text (item, activity and next activity with a tab between, '' for none)
// Columns: case_id text, event_id text (the later one), item_id text, from_activity text, to_activity text
MATCH (a:Event)-[n:NEXT]->(b:Event)
WHERE n.load <= $load
MATCH (c:Case {id: n.case_id})
WHERE coalesce(c.item_id, '') + '\t' + coalesce(a.activity, '') + '\t' + coalesce(b.activity, '') IN $keys
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
// endNode(n) is read from the store, as the case is sorted by what it stores.
RETURN c.id AS case_id, endNode(n).id AS event_id, c.item_id AS item_id, a.activity AS from_activity, b.activity AS to_activity
ORDER BY case_id, event_id
