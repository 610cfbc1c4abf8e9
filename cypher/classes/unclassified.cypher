// The titles of materials without a type or class, a page, the most frequent first.
// Parameters: $load integer, $scheme text (type, si, personnel, historic; any: no class in any scheme), $before text (YYYYMMDD; the historic classes are of records dated before), $limit integer, $skip integer
// Columns: title text, materials integer, material_id text (the least id)
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.title IS NOT NULL
    AND CASE $scheme
        WHEN 'si' THEN m.si_method IS NULL
        WHEN 'personnel' THEN m.personnel_method IS NULL
        WHEN 'historic' THEN m.historic_method IS NULL AND m.date =~ '[0-9]{8}' AND m.date < $before
        WHEN 'any' THEN
            m.si_class IS NULL AND m.personnel_class IS NULL AND m.historic_class IS NULL
            AND NOT 'decision' IN [
                coalesce(m.si_method, ''), coalesce(m.personnel_method, ''), coalesce(m.historic_method, '')
            ]
        ELSE
            NOT EXISTS {
                MATCH (m)-[o:OF_TYPE]->()
                WHERE o.load <= $load
            }
            AND NOT EXISTS {
                MATCH (m)<-[l:DECIDES]-(d:Decision {kind: 'class'})
                WHERE l.withdrawn IS NULL AND d.withdrawn IS NULL AND d.what CONTAINS '"type":'
                    AND NOT EXISTS {
                        MATCH (r:Decision)
                        WHERE r.overrides = d.id AND r.withdrawn IS NULL
                    }
            }
    END
RETURN m.title AS title, count(*) AS materials, min(m.id) AS material_id
ORDER BY materials DESC, title
SKIP $skip
LIMIT $limit
