-- What audit rules and the evaluation of conformance need to know of cases.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, item_id text, region text, accepted_at integer, opened_at integer, last_at integer, closed_at integer (instants as epoch ms), status text
SELECT
    c.id AS case_id,
    c.item_id,
    c.region,
    epoch_ms(c.accepted_at) AS accepted_at,
    epoch_ms(c.opened_at) AS opened_at,
    epoch_ms(c.last_at) AS last_at,
    epoch_ms(c.closed_at) AS closed_at,
    c.status
FROM "Case" c
WHERE c.id IN (SELECT unnest($ids::VARCHAR[]))
    AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
ORDER BY case_id
