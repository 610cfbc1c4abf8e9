-- Working together: pairs of actors with events in the same case, each pair once.
-- Parameters: $load integer, $item text (cases of this service item as they name it, null for all)
-- Columns: one_id text, other_id text (the greater id), cases integer
WITH acted AS (
    SELECT DISTINCT i.to_id AS case_id, b.to_id AS actor_id
    FROM "BY" b
        JOIN "Actor" a ON a.id = b.to_id
        JOIN "Event" e ON e.id = b.from_id
        JOIN "IN_CASE" i ON i.from_id = e.id
        JOIN "Case" c ON c.id = i.to_id
    WHERE b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
        AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
        AND ($item::VARCHAR IS NULL OR c.item_id = $item)
)
SELECT a.actor_id AS one_id, b.actor_id AS other_id, count(*) AS cases
FROM acted a JOIN acted b ON b.case_id = a.case_id AND b.actor_id > a.actor_id
GROUP BY ALL
ORDER BY one_id, other_id
