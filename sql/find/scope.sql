-- The standing events and cases whose present content came from one source, for a snapshot.
-- Parameters: $system text, $mapping text
-- Columns: label text, id text
SELECT 'Case' AS label, c.id
FROM "Case" c JOIN "Load" l ON l.number = c.since
WHERE c.withdrawn IS NULL AND l.system = $system AND l.mapping = $mapping
UNION ALL
SELECT 'Event' AS label, e.id
FROM "Event" e JOIN "Load" l ON l.number = e.since
WHERE e.withdrawn IS NULL AND l.system = $system AND l.mapping = $mapping
ORDER BY label, id
