// All cases, by id, with what figures of processes need of them.
// Parameters: $load integer
// Columns: id text, item_id text, region text, channel text, opened_at integer, last_at integer, closed_at integer (instants as epoch ms), seconds real, status text, events integer
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
RETURN
    c.id AS id,
    c.item_id AS item_id,
    c.region AS region,
    c.channel AS channel,
    c.opened_at.epochMillis AS opened_at,
    c.last_at.epochMillis AS last_at,
    c.closed_at.epochMillis AS closed_at,
    c.seconds AS seconds,
    c.status AS status,
    c.events AS events
ORDER BY id
