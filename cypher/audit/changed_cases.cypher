// The cases about which a load after $since said something new: of themselves, their events, or what these are linked to.
// Parameters: $since integer, $load integer
// Columns: case_id text
CALL () {
    MATCH (e:Event)
    WHERE e.since > $since OR e.withdrawn > $since OR e.erased > $since
    RETURN e
    UNION
    MATCH (e:Event)-[l:BY|IN_UNIT|RECEIVED|USED]->()
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN e
    UNION
    MATCH (m:Material)<-[:RECEIVED|USED]-(e:Event)
    WHERE m.since > $since OR m.withdrawn > $since OR m.erased > $since
    RETURN e
    UNION
    MATCH (a:Actor)<-[:BY]-(e:Event)
    WHERE a.since > $since OR a.withdrawn > $since
    RETURN e
    UNION
    MATCH ()<-[l:MEMBER_OF|IS_PERSON]-(:Actor)<-[:BY]-(e:Event)
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN e
}
MATCH (e)-[:IN_CASE]->(c:Case)
WHERE c.load <= $load
WITH collect(DISTINCT c) AS found
CALL (found) {
    UNWIND found AS c
    RETURN c
    UNION
    MATCH (c:Case)
    WHERE c.since > $since OR c.withdrawn > $since OR c.erased > $since
    RETURN c
    UNION
    MATCH (:Event)-[l:IN_CASE]->(c:Case)
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN c
    UNION
    MATCH ()-[l:APPLIED]->(c:Case)
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN c
    UNION
    MATCH (x)-[l:PAYS|ABOUT]->(c:Case)
    WHERE (x:Payment OR x:Fact)
        AND ((l.load > $since OR l.withdrawn > $since) OR x.since > $since OR x.withdrawn > $since OR x.erased > $since)
    RETURN c
}
WITH c
WHERE c.load <= $load
RETURN c.id AS case_id
ORDER BY case_id
