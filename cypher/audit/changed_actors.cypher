// The actors of whom a load after $since said something new: of themselves, of an event that was by them, or of its cases.
// Parameters: $since integer
// Columns: actor_id text
CALL () {
    MATCH (a:Actor)
    WHERE (a.since > $since OR a.withdrawn > $since OR a.erased > $since)
    RETURN a
    UNION
    MATCH (a:Actor)<-[l:BY]-(:Event)
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN a
    UNION
    MATCH (a:Actor)<-[:BY]-(e:Event)
    WHERE (e.since > $since OR e.withdrawn > $since OR e.erased > $since)
    RETURN a
    UNION
    MATCH (a:Actor)<-[:BY]-(:Event)-[l:IN_CASE]->(:Case)
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN a
}
RETURN a.id AS actor_id
ORDER BY actor_id
