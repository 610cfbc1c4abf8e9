// Events of some activities or stages by each actor, in order of time.
// Parameters: $load integer, $activities list of text, $stages list of text, $actors list of text (ids; null for all)
// Columns: actor_id text, name text, kind text, event_id text, case_id text (the least of its cases), at integer (epoch ms), precision text
MATCH (a:Actor)<-[b:BY]-(e:Event)-[i:IN_CASE]->(c:Case)
WHERE (e.activity IN $activities OR e.stage IN $stages) AND ($actors IS NULL OR a.id IN $actors)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH a, e, collect(DISTINCT c) AS cases
// Only ORDER BY orders ids by code point.
WITH a, e, CASE size(cases) WHEN 1 THEN cases[0] ELSE COLLECT { UNWIND cases AS c RETURN c ORDER BY c.id LIMIT 1 }[0] END AS first
RETURN
    a.id AS actor_id,
    a.name AS name,
    a.kind AS kind,
    e.id AS event_id,
    first.id AS case_id,
    e.at.epochMillis AS at,
    e.precision AS precision
ORDER BY actor_id, at IS NULL, at, event_id
