// How often each actor did what, over all cases.
// Parameters: $load integer, $actors list of text (ids; null for all)
// Columns: actor_id text, name text, kind text, activity text, stage text, events integer
MATCH (e:Event)-[b:BY]->(a:Actor)
WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    AND ($actors IS NULL OR a.id IN $actors)
RETURN a.id AS actor_id, a.name AS name, a.kind AS kind, e.activity AS activity, e.stage AS stage, count(DISTINCT e) AS events
ORDER BY actor_id, activity IS NULL, activity, stage IS NULL, stage
