-- Handovers of work: pairs of actors of consecutive events of a case, each event with an actor.
-- Parameters: $load integer, $item text (cases of this service item as they name it, null for all)
-- Columns: from_id text, to_id text (actors, the same where one went on), handovers integer, cases integer
WITH acted AS (
    SELECT DISTINCT b.from_id AS event_id, b.to_id AS actor_id
    FROM "BY" b JOIN "Actor" a ON a.id = b.to_id
    WHERE b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
)
SELECT a.actor_id AS from_id, b.actor_id AS to_id, count(*) AS handovers, count(DISTINCT n.case_id) AS cases
FROM "NEXT" n
    JOIN acted a ON a.event_id = n.from_id
    JOIN acted b ON b.event_id = n.to_id
    JOIN "Case" c ON c.id = n.case_id
WHERE n."load" <= $load
    AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($item::VARCHAR IS NULL OR c.item_id = $item)
GROUP BY ALL
ORDER BY from_id, to_id
