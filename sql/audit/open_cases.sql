-- The cases that are open, each with the last instant of its system, after which its source says nothing.
-- Parameters: $load integer
-- Columns: case_id text, item_id text, last_at integer (epoch ms), until integer (epoch ms)
WITH standing AS (
    SELECT c.id, c.item_id, c.status, c.last_at, split_part(c.id, ':', 1) AS system
    FROM "Case" c
    WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
)
SELECT s.id AS case_id, s.item_id, epoch_ms(s.last_at) AS last_at, epoch_ms(u.until) AS until
FROM standing s JOIN (SELECT system, max(last_at) AS until FROM standing GROUP BY system) u ON u.system = s.system
WHERE s.status = 'open'
ORDER BY case_id
