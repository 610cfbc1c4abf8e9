-- How often each actor did what, over all cases.
-- Parameters: $load integer, $actors list of text (ids; null for all)
-- Columns: actor_id text, name text, kind text, activity text, stage text, events integer
WITH chosen AS (
    SELECT a.id, a.name, a.kind
    FROM "Actor" a
    WHERE ($actors::VARCHAR[] IS NULL OR a.id IN (SELECT unnest($actors::VARCHAR[])))
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
)
SELECT a.id AS actor_id, a.name, a.kind, e.activity, e.stage, count(DISTINCT e.id) AS events
FROM "BY" b JOIN "Event" e ON e.id = b.from_id JOIN chosen a ON a.id = b.to_id
WHERE b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
GROUP BY ALL
ORDER BY actor_id, e.activity NULLS LAST, e.stage NULLS LAST
