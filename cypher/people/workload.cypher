// What each actor did: how many events, in how many cases, of how many activities, on how many days, from when to when.
// Parameters: $load integer, $item text (cases of this service item as they name it, null for all), $offset integer (ms by which a clock without offset is ahead of UTC)
// Columns: actor_id text, name text, kind text, events integer, cases integer, activities integer, days integer (on the clock of the source), first_at integer (epoch ms), last_at integer (epoch ms)
MATCH (c:Case)<-[i:IN_CASE]-(e:Event)-[b:BY]->(a:Actor)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($item IS NULL OR c.item_id = $item)
    AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
WITH
    a,
    count(DISTINCT e) AS events,
    count(DISTINCT c) AS cases,
    count(DISTINCT e.activity) AS activities,
    // Days are counted from a million days before 1970, so that division need not care for the sign.
    count(DISTINCT (e.at.epochMillis + coalesce(1000 * e.offset, $offset) + 86400000000000) / 86400000) AS days,
    min(e.at.epochMillis) AS first_at,
    max(e.at.epochMillis) AS last_at
RETURN a.id AS actor_id, a.name AS name, a.kind AS kind, events, cases, activities, days, first_at, last_at
ORDER BY actor_id
