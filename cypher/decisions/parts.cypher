// What records state and which files they have, withdrawn ones included.
// Parameters: $ids list of text, $label text (Material, Event)
// Columns: label text (Fact, File), id text, shared boolean (whether another record has it too)
UNWIND $ids AS id
MATCH (r:Event|Material {id: id})-[:STATES|HAS_FILE]->(p:Fact|File)
WHERE $label IN labels(r)
WITH DISTINCT p
RETURN
    labels(p)[0] AS label,
    p.id AS id,
    EXISTS {
        MATCH (p)<-[o:STATES|HAS_FILE]-(x)
        WHERE o.withdrawn IS NULL AND NOT ($label IN labels(x) AND x.id IN $ids)
    } AS shared
ORDER BY label, id
