-- The events of all cases, case by case in their order; a case is its place among the cases by id.
-- Parameters: $load integer
-- Columns: place integer (of the case, from 0), activity text, stage text, at integer (epoch ms), erased boolean
WITH places AS (
    SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS place
    FROM "Case" c
    WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
)
SELECT p.place, e.activity, e.stage, epoch_ms(e."at") AS "at", e.erased IS NOT NULL AS erased
FROM "IN_CASE" i
    JOIN places p ON p.id = i.to_id
    JOIN "Event" e ON e.id = i.from_id
WHERE i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
ORDER BY p.place, i.sort_at NULLS LAST, coalesce(i.seq, 0), e.id
