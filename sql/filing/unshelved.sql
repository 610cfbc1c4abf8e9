-- The boxes that are on no shelf.
-- Parameters: $load integer
-- Columns: box_id text, code text, kind text
SELECT b.id AS box_id, b.code, coalesce(b.kind, 'physical') AS kind
FROM "Box" b
WHERE $load BETWEEN b."load" AND coalesce(b.withdrawn - 1, $load)
    AND NOT EXISTS (
        SELECT 1 FROM "ON_SHELF" o
        WHERE o.from_id = b.id AND $load BETWEEN o."load" AND coalesce(o.withdrawn - 1, $load)
    )
ORDER BY b.id
