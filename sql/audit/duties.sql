-- How often each actor did what, over all cases.
-- Parameters: $load integer, $actors list of text (ids; null for all)
-- Columns: actor_id text, name text, kind text, activity text, stage text, events integer
WITH chosen AS MATERIALIZED (
    SELECT a.rowid AS row, a.id, a.name, a.kind
    FROM "Actor" a
    WHERE ($actors::VARCHAR[] IS NULL OR a.id IN (SELECT unnest($actors::VARCHAR[])))
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
),
-- An actor may have done an event in several roles. Numbers of rows are compared faster than ids.
acted AS (
    SELECT DISTINCT c.row, b.from_id
    FROM "BY" b JOIN chosen c ON c.id = b.to_id
    WHERE b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
),
counted AS (
    SELECT a.row, e.activity, e.stage, count(*) AS events
    FROM acted a JOIN "Event" e ON e.id = a.from_id
    WHERE e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    GROUP BY ALL
)
SELECT c.id AS actor_id, c.name, c.kind, n.activity, n.stage, n.events
FROM counted n JOIN chosen c ON c.row = n.row
ORDER BY actor_id, n.activity NULLS LAST, n.stage NULLS LAST
