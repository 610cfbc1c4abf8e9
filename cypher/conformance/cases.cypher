// What audit rules and the evaluation of conformance need to know of cases.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, item_id text, region text, accepted_at integer, opened_at integer, last_at integer, closed_at integer (instants as epoch ms), status text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
RETURN
    c.id AS case_id,
    c.item_id AS item_id,
    c.region AS region,
    c.accepted_at.epochMillis AS accepted_at,
    c.opened_at.epochMillis AS opened_at,
    c.last_at.epochMillis AS last_at,
    c.closed_at.epochMillis AS closed_at,
    c.status AS status
ORDER BY case_id
