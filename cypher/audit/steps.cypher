// Which activity follows which directly, by item, over all cases.
// Parameters: $load integer
// Columns: item_id text, from_activity text, to_activity text, steps integer, cases integer, seconds real (their mean, null where none is known)
MATCH (a)-[n:NEXT]->(b)
WHERE n.load <= $load
MATCH (c:Case {id: n.case_id})
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
RETURN
    c.item_id AS item_id,
    a.activity AS from_activity,
    b.activity AS to_activity,
    count(*) AS steps,
    count(DISTINCT c) AS cases,
    avg(n.seconds) AS seconds
ORDER BY item_id IS NULL, item_id, from_activity IS NULL, from_activity, to_activity IS NULL, to_activity
