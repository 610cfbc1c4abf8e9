-- What records state and which files they have, withdrawn ones included.
-- Parameters: $ids list of text, $label text (Material, Event)
-- Columns: label text (Fact, File), id text, shared boolean (whether another record has it too)
WITH part AS (
    SELECT 'Fact' AS label, to_id AS id
    FROM "STATES"
    WHERE from_id IN $ids AND from_label = $label
    UNION
    SELECT 'File', to_id
    FROM "HAS_FILE"
    WHERE from_id IN $ids AND from_label = $label
), other AS (
    SELECT 'Fact' AS label, to_id AS id
    FROM "STATES"
    WHERE to_id IN (SELECT id FROM part) AND withdrawn IS NULL AND NOT (from_label = $label AND from_id IN $ids)
    UNION
    SELECT 'File', to_id
    FROM "HAS_FILE"
    WHERE to_id IN (SELECT id FROM part) AND withdrawn IS NULL AND NOT (from_label = $label AND from_id IN $ids)
)
SELECT p.label, p.id, o.id IS NOT NULL AS shared
FROM part p LEFT JOIN other o ON o.label = p.label AND o.id = p.id
ORDER BY p.label, p.id
