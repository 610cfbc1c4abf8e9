-- The actors of whom a load after $since said something new: of themselves, of an event that was by them, or of its cases.
-- Parameters: $since integer
-- Columns: actor_id text
WITH events AS (
    SELECT e.id FROM "Event" e WHERE (e.since > $since OR e.withdrawn > $since OR e.erased > $since)
    UNION
    SELECT l.from_id FROM "IN_CASE" l WHERE (l."load" > $since OR l.withdrawn > $since)
)
SELECT a.id AS actor_id FROM "Actor" a WHERE (a.since > $since OR a.withdrawn > $since OR a.erased > $since)
UNION
SELECT l.to_id FROM "BY" l WHERE (l."load" > $since OR l.withdrawn > $since)
UNION
SELECT b.to_id FROM "BY" b JOIN events e ON e.id = b.from_id
ORDER BY actor_id
