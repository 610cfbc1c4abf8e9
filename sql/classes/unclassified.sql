-- The titles of materials without a type or class, a page, the most frequent first.
-- Parameters: $load integer, $scheme text (type, si, personnel, historic; any: no class in any scheme), $before text (YYYYMMDD; the historic classes are of records dated before), $limit integer, $skip integer
-- Columns: title text, materials integer, material_id text (the least id)
WITH decided AS (
    SELECT DISTINCT l.to_id
    FROM "DECIDES" l JOIN "Decision" d ON d.id = l.from_id
    WHERE l.to_label = 'Material' AND d.kind = 'class' AND l.withdrawn IS NULL AND d.withdrawn IS NULL
        AND contains(d.what, '"type":')
        AND NOT EXISTS (SELECT 1 FROM "Decision" r WHERE r.overrides = d.id AND r.withdrawn IS NULL)
)
SELECT m.title, count(*) AS materials, min(m.id) AS material_id
FROM "Material" m
WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.title IS NOT NULL
    AND CASE $scheme
        WHEN 'si' THEN m.si_method IS NULL
        WHEN 'personnel' THEN m.personnel_method IS NULL
        WHEN 'historic' THEN
            m.historic_method IS NULL AND regexp_full_match(m."date", '[0-9]{8}') AND m."date" < $before
        WHEN 'any' THEN
            m.si_class IS NULL AND m.personnel_class IS NULL AND m.historic_class IS NULL
            AND NOT list_contains([m.si_method, m.personnel_method, m.historic_method], 'decision')
        ELSE
            NOT EXISTS (SELECT 1 FROM "OF_TYPE" o WHERE o.from_id = m.id AND o."load" <= $load)
            AND m.id NOT IN (SELECT to_id FROM decided)
    END
GROUP BY m.title
ORDER BY materials DESC, m.title
LIMIT $limit OFFSET $skip
