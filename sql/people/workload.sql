-- What each actor did: how many events, in how many cases, of how many activities, on how many days, from when to when.
-- Parameters: $load integer, $item text (cases of this service item as they name it, null for all), $offset integer (ms by which a clock without offset is ahead of UTC)
-- Columns: actor_id text, name text, kind text, events integer, cases integer, activities integer, days integer (on the clock of the source), first_at integer (epoch ms), last_at integer (epoch ms)
SELECT
    a.id AS actor_id,
    a.name,
    a.kind,
    count(DISTINCT e.id) AS events,
    count(DISTINCT c.id) AS cases,
    count(DISTINCT e.activity) AS activities,
    -- Days are counted from a million days before 1970, so that division need not care for the sign.
    count(DISTINCT (epoch_ms(e."at") + coalesce(1000 * e."offset", $offset) + 86400000000000) // 86400000) AS days,
    epoch_ms(min(e."at")) AS first_at,
    epoch_ms(max(e."at")) AS last_at
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
GROUP BY a.id, a.name, a.kind
ORDER BY actor_id
