-- Which activity follows which directly, by item, over all cases.
-- Parameters: $load integer
-- Columns: item_id text, from_activity text, to_activity text, steps integer, cases integer, seconds real (their mean, null where none is known)
SELECT
    c.item_id,
    a.activity AS from_activity,
    b.activity AS to_activity,
    count(*) AS steps,
    count(DISTINCT c.id) AS cases,
    avg(n.seconds) AS seconds
FROM "NEXT" n
    JOIN "Event" a ON a.id = n.from_id
    JOIN "Event" b ON b.id = n.to_id
    JOIN "Case" c ON c.id = n.case_id
WHERE n."load" <= $load
    AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
GROUP BY ALL
ORDER BY c.item_id NULLS LAST, from_activity NULLS LAST, to_activity NULLS LAST
