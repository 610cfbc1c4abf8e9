-- Events of some activities or stages by each actor, in order of time.
-- Parameters: $load integer, $activities list of text, $stages list of text, $actors list of text (ids; null for all)
-- Columns: actor_id text, name text, kind text, event_id text, case_id text (the least of its cases), at integer (epoch ms), precision text
WITH chosen AS (
    SELECT a.id, a.name, a.kind
    FROM "Actor" a
    WHERE ($actors::VARCHAR[] IS NULL OR a.id IN (SELECT unnest($actors::VARCHAR[])))
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
),
acts AS MATERIALIZED (
    SELECT DISTINCT c.id AS actor_id, c.name, c.kind, e.id AS event_id, epoch_ms(e."at") AS "at", e."precision"
    FROM chosen c JOIN "BY" b ON b.to_id = c.id JOIN "Event" e ON e.id = b.from_id
    WHERE (list_contains($activities::VARCHAR[], e.activity) OR list_contains($stages::VARCHAR[], e.stage))
        AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
),
firsts AS (
    SELECT i.from_id AS event_id, min(i.to_id) AS case_id
    FROM "IN_CASE" i SEMI JOIN acts a ON a.event_id = i.from_id
    WHERE i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    GROUP BY i.from_id
)
SELECT a.actor_id, a.name, a.kind, a.event_id, f.case_id, a."at", a."precision"
FROM acts a JOIN firsts f ON f.event_id = a.event_id
ORDER BY a.actor_id, a."at" NULLS LAST, a.event_id
