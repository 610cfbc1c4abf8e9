-- Whom the facts are about that materials state.
-- Parameters: $ids list of text (materials)
-- Columns: to_label text, to_id text
SELECT DISTINCT a.to_label, a.to_id
FROM "STATES" s JOIN "ABOUT" a ON a.from_id = s.to_id AND a.from_label = 'Fact'
WHERE s.from_id IN (SELECT unnest($ids::VARCHAR[])) AND s.from_label = 'Material'
    AND a.to_label IN ('Organisation', 'Person') AND s.withdrawn IS NULL AND a.withdrawn IS NULL
ORDER BY to_label, to_id
