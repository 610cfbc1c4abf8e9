-- How often each actor did events of some activities or stages, over all cases; and a row without them for each actor who did any event.
-- Parameters: $load integer, $activities list of text, $stages list of text, $actors list of text (ids; null for all)
-- Columns: actor_id text, name text, kind text, activity text, stage text, events integer (0 in the row without them)
WITH chosen AS MATERIALIZED (
    SELECT a.rowid AS row, a.id, a.name, a.kind
    FROM "Actor" a
    WHERE ($actors::VARCHAR[] IS NULL OR a.id IN (SELECT unnest($actors::VARCHAR[])))
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
),
acted AS MATERIALIZED (
    SELECT c.row, b.from_id
    FROM "BY" b JOIN chosen c ON c.id = b.to_id
    WHERE b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
),
-- An actor may have done an event in several roles. Numbers of rows are compared faster than ids.
done AS (
    SELECT DISTINCT a.row, e.rowid AS event, e.activity, e.stage
    FROM acted a JOIN "Event" e ON e.id = a.from_id
    WHERE (list_contains($activities::VARCHAR[], e.activity) OR list_contains($stages::VARCHAR[], e.stage))
        AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
),
counted AS (
    SELECT row, activity, stage, count(*) AS events FROM done GROUP BY ALL
    UNION ALL
    SELECT DISTINCT row, NULL, NULL, 0 FROM acted
)
SELECT c.id AS actor_id, c.name, c.kind, n.activity, n.stage, n.events
FROM counted n JOIN chosen c ON c.row = n.row
ORDER BY actor_id, n.activity NULLS LAST, n.stage NULLS LAST
