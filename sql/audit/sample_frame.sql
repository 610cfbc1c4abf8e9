-- The cases that a sample can be drawn from, each with the unit of its first event that has one.
-- Parameters: $load integer
-- $item text, $unit text (id or name of that unit), $from_at and $to_at integer (epoch ms; opened then or later, and before): filters, null for none
-- Columns: id text, item_id text, unit_id text, opened_at integer (epoch ms)
WITH cases AS (
    SELECT c.id, c.item_id, c.opened_at
    FROM "Case" c
    WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
        AND ($item::VARCHAR IS NULL OR c.item_id = $item)
        AND ($from_at::BIGINT IS NULL OR c.opened_at >= make_timestamp_ms($from_at))
        AND ($to_at::BIGINT IS NULL OR c.opened_at < make_timestamp_ms($to_at))
),
first_units AS (
    SELECT DISTINCT ON (i.to_id) i.to_id AS case_id, u.id, u.name
    FROM cases c
        JOIN "IN_CASE" i ON i.to_id = c.id
        JOIN "IN_UNIT" n ON n.from_id = i.from_id
        JOIN "Unit" u ON u.id = n.to_id
    WHERE i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND n.from_label = 'Event' AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
    ORDER BY i.to_id, i.sort_at NULLS LAST, coalesce(i.seq, 0), i.from_id, u.id
)
SELECT c.id, c.item_id, f.id AS unit_id, epoch_ms(c.opened_at) AS opened_at
FROM cases c LEFT JOIN first_units f ON f.case_id = c.id
WHERE $unit::VARCHAR IS NULL OR f.id = $unit OR f.name = $unit
ORDER BY c.id
