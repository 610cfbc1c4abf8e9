-- How many cases there are by item, status and the year in which they were opened.
-- Parameters: $load integer, $offset integer (ms by which the readers' clock is ahead of UTC)
-- Columns: item_id, status, year (null without an instant), cases
SELECT
    c.item_id,
    c.status,
    year(c.opened_at + to_milliseconds($offset)) AS year,
    count(*) AS cases
FROM "Case" c
WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
GROUP BY ALL
ORDER BY c.item_id NULLS LAST, c.status NULLS LAST, year NULLS LAST
