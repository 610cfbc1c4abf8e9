// What was decided of the types of materials, and not reversed.
// Parameters: $ids list of text (materials)
// Columns: material_id text, decision_id text, number integer (its load), what text (JSON)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (m:Material {id: id})<-[l:DECIDES]-(d:Decision {kind: 'class'})
WHERE l.withdrawn IS NULL AND d.withdrawn IS NULL
    AND NOT EXISTS {
        MATCH (o:Decision)
        WHERE o.overrides = d.id AND o.withdrawn IS NULL
    }
WITH DISTINCT m, d
RETURN m.id AS material_id, d.id AS decision_id, d.load AS number, d.what AS what
ORDER BY material_id, number, decision_id
