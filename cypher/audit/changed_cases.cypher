// The cases about which a load after $since said something new: of themselves, their events, or what these are linked to.
// Parameters: $since integer, $load integer, $open boolean (also the cases that are open, whatever was said of them)
// Columns: case_id text
CALL () {
    MATCH (e:Event)
    WHERE (e.since > $since OR e.withdrawn > $since OR e.erased > $since)
    RETURN e
    UNION
    MATCH (e:Event)-[l:BY|IN_UNIT|RECEIVED|USED|PRODUCED|TOUCHED|STATES]->()
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN e
    UNION
    MATCH (m:Material)<-[:RECEIVED|USED|PRODUCED|TOUCHED]-(e:Event)
    WHERE (m.since > $since OR m.withdrawn > $since OR m.erased > $since)
    RETURN e
    UNION
    MATCH (m:Material)-[l:FILED_IN|HAS_FILE|STATES]->(x)
    WHERE (l.load > $since OR l.withdrawn > $since) OR (x:File OR x:Fact) AND (x.since > $since OR x.withdrawn > $since OR x.erased > $since)
    MATCH (m)<-[:RECEIVED|USED|PRODUCED|TOUCHED]-(e:Event)
    RETURN e
    UNION
    MATCH (d:Decision)-[:DECIDES]->(m:Material)
    WHERE (d.since > $since OR d.withdrawn > $since OR d.erased > $since) OR EXISTS {
        MATCH (o:Decision)
        WHERE o.overrides = d.id AND (o.since > $since OR o.withdrawn > $since OR o.erased > $since)
    }
    MATCH (m)<-[:RECEIVED|USED|PRODUCED|TOUCHED]-(e:Event)
    RETURN e
    UNION
    MATCH (f:Fact)<-[:STATES]-(e:Event)
    WHERE (f.since > $since OR f.withdrawn > $since OR f.erased > $since)
    RETURN e
    UNION
    MATCH (a:Actor|Unit)<-[:BY|IN_UNIT]-(e:Event)
    WHERE (a.since > $since OR a.withdrawn > $since OR a.erased > $since)
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
    WHERE (c.since > $since OR c.withdrawn > $since OR c.erased > $since) OR ($open AND c.status = 'open')
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
    WHERE (x:Payment OR x:Fact) AND ((l.load > $since OR l.withdrawn > $since) OR (x.since > $since OR x.withdrawn > $since OR x.erased > $since))
    RETURN c
}
WITH c
WHERE c.load <= $load
RETURN c.id AS case_id
ORDER BY case_id
