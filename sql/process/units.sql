-- The units that took part in cases; a case is its place among the cases by id.
-- Parameters: $load integer
-- Columns: place integer (of the case, from 0), unit_id text, name text
WITH places AS (
    SELECT c.id, row_number() OVER (ORDER BY c.id) - 1 AS place
    FROM "Case" c
    WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
)
SELECT DISTINCT p.place, u.id AS unit_id, u.name
FROM "IN_CASE" i
    JOIN places p ON p.id = i.to_id
    JOIN "Event" e ON e.id = i.from_id
    JOIN "IN_UNIT" l ON l.from_id = e.id
    JOIN "Unit" u ON u.id = l.to_id
WHERE i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
ORDER BY p.place, unit_id
