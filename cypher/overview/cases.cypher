// How many cases there are by item, status and the year in which they were opened.
// Parameters: $load integer, $offset integer (ms by which the readers' clock is ahead of UTC)
// Columns: item_id, status, year (null without an instant), cases
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
RETURN
    c.item_id AS item_id,
    c.status AS status,
    CASE WHEN c.opened_at IS NOT NULL THEN datetime({epochMillis: c.opened_at.epochMillis + $offset}).year END AS year,
    count(*) AS cases
ORDER BY item_id IS NULL, item_id, status IS NULL, status, year IS NULL, year
