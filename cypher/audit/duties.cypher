// How often each actor did events of some activities or stages, over all cases; and a row without them for each actor who did any event.
// Parameters: $load integer, $activities list of text, $stages list of text, $actors list of text (ids; null for all)
// Columns: actor_id text, name text, kind text, activity text, stage text, events integer (0 in the row without them)
CALL () {
    MATCH (e:Event)-[b:BY]->(a:Actor)
    WHERE (e.activity IN $activities OR e.stage IN $stages)
        AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
        AND ($actors IS NULL OR a.id IN $actors)
    RETURN a, e.activity AS activity, e.stage AS stage, count(DISTINCT e) AS events
    UNION ALL
    MATCH (a:Actor)
    WHERE ($actors IS NULL OR a.id IN $actors)
        AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
        AND EXISTS {
            MATCH (a)<-[b:BY]-(:Event)
            WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        }
    RETURN a, null AS activity, null AS stage, 0 AS events
}
RETURN a.id AS actor_id, a.name AS name, a.kind AS kind, activity, stage, events
ORDER BY actor_id, activity IS NULL, activity, stage IS NULL, stage
