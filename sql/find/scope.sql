-- The standing records whose present content came from done loads of one source, for a snapshot.
-- Parameters: $system text, $mapping text
-- Columns: label text, id text
WITH numbers AS (SELECT number FROM "Load" WHERE system = $system AND mapping = $mapping AND state = 'done')
SELECT 'Case' AS label, id
FROM "Case"
WHERE withdrawn IS NULL AND since IN (SELECT number FROM numbers)
UNION ALL
SELECT 'Event' AS label, id
FROM "Event"
WHERE withdrawn IS NULL AND since IN (SELECT number FROM numbers)
UNION ALL
SELECT 'Fact' AS label, id
FROM "Fact"
WHERE withdrawn IS NULL AND since IN (SELECT number FROM numbers)
UNION ALL
SELECT 'Material' AS label, id
FROM "Material"
WHERE withdrawn IS NULL AND since IN (SELECT number FROM numbers)
UNION ALL
SELECT 'Object' AS label, id
FROM "Object"
WHERE withdrawn IS NULL AND since IN (SELECT number FROM numbers)
UNION ALL
SELECT 'Volume' AS label, id
FROM "Volume"
WHERE withdrawn IS NULL AND since IN (SELECT number FROM numbers)
ORDER BY label, id
