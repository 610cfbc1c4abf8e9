-- Events of some activities or stages by each actor, in order of time.
-- Parameters: $load integer, $activities list of text, $stages list of text, $actors list of text (ids; null for all)
-- Columns: actor_id text, name text, kind text, event_id text, case_id text (the least of its cases), at integer (epoch ms), precision text
WITH chosen AS (
    SELECT a.id, a.name, a.kind
    FROM "Actor" a
    WHERE ($actors::VARCHAR[] IS NULL OR a.id IN (SELECT unnest($actors::VARCHAR[])))
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
)
SELECT
    a.id AS actor_id,
    a.name,
    a.kind,
    e.id AS event_id,
    min(i.to_id) AS case_id,
    epoch_ms(e."at") AS "at",
    e."precision"
FROM "Event" e
    JOIN "BY" b ON b.from_id = e.id
    JOIN chosen a ON a.id = b.to_id
    JOIN "IN_CASE" i ON i.from_id = e.id
WHERE (e.activity IN (SELECT unnest($activities::VARCHAR[])) OR e.stage IN (SELECT unnest($stages::VARCHAR[])))
    AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
GROUP BY ALL
ORDER BY actor_id, "at" NULLS LAST, event_id
