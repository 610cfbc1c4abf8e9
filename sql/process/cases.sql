-- All cases, by id, with what figures of processes need of them.
-- Parameters: $load integer
-- Columns: id text, item_id text, region text, channel text, opened_at integer, last_at integer, closed_at integer (instants as epoch ms), seconds real, status text, events integer
SELECT
    c.id,
    c.item_id,
    c.region,
    c.channel,
    epoch_ms(c.opened_at) AS opened_at,
    epoch_ms(c.last_at) AS last_at,
    epoch_ms(c.closed_at) AS closed_at,
    c.seconds,
    c.status,
    c.events
FROM "Case" c
WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
ORDER BY c.id
