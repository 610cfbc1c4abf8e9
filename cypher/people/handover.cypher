// Handovers of work: pairs of actors of consecutive events of a case, each event with an actor.
// Parameters: $load integer, $item text (cases of this service item as they name it, null for all)
// Columns: from_id text, to_id text (actors, the same where one went on), handovers integer, cases integer
MATCH (e:Event)-[n:NEXT]->(f:Event)
WHERE n.load <= $load
MATCH (c:Case {id: n.case_id})
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($item IS NULL OR c.item_id = $item)
MATCH (e)-[r:BY]->(a:Actor)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
WITH DISTINCT e, n, f, a
MATCH (f)-[s:BY]->(b:Actor)
WHERE s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
    AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
WITH DISTINCT n, a, b
RETURN a.id AS from_id, b.id AS to_id, count(n) AS handovers, count(DISTINCT n.case_id) AS cases
ORDER BY from_id, to_id
