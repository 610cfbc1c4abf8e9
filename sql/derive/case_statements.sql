-- The standing events of cases with their places and attributes, where it has to be told what each says of its case.
-- An event with a link that is younger than its withdrawal is brought back by the load that asks.
-- Parameters: $ids list of text (cases)
-- Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, attributes text (canonical JSON)
SELECT i.to_id AS case_id, e.id AS event_id, epoch_ms(i.sort_at) AS sort_at, i.seq, e.attributes
FROM "IN_CASE" i JOIN "Event" e ON e.id = i.from_id
WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[])) AND i.withdrawn IS NULL AND (e.withdrawn IS NULL OR e.withdrawn < i."load")
ORDER BY case_id, event_id
