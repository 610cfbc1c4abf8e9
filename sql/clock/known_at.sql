-- The number of the last load committed by an instant, 0 before the first.
-- Parameters: $at integer (epoch ms)
-- Columns: number integer
SELECT coalesce(max(number), 0) AS number
FROM "Load"
WHERE state = 'done' AND committed_at <= make_timestamp_ms($at)
ORDER BY number
