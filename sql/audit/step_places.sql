-- Where certain activities follow each other directly.
-- Parameters: $load integer, $keys list of text (item, activity and next activity with a tab between, '' for none)
-- Columns: case_id text, event_id text (the later one), item_id text, from_activity text, to_activity text
SELECT c.id AS case_id, b.id AS event_id, c.item_id, a.activity AS from_activity, b.activity AS to_activity
FROM "NEXT" n
    JOIN "Event" a ON a.id = n.from_id
    JOIN "Event" b ON b.id = n.to_id
    JOIN "Case" c ON c.id = n.case_id
WHERE coalesce(c.item_id, '') || chr(9) || coalesce(a.activity, '') || chr(9) || coalesce(b.activity, '') IN (SELECT unnest($keys::VARCHAR[]))
    AND n."load" <= $load
    AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
ORDER BY case_id, event_id
