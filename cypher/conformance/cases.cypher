// What the evaluation of conformance starts from in cases.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, item_id text, accepted_at integer, opened_at integer (instants as epoch ms), status text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
RETURN
    c.id AS case_id,
    c.item_id AS item_id,
    c.accepted_at.epochMillis AS accepted_at,
    c.opened_at.epochMillis AS opened_at,
    c.status AS status
ORDER BY case_id
