// The standing events of cases with their places and attributes, where it has to be told what each says of its case.
// Parameters: $ids list of text (cases)
// Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, attributes text (canonical JSON)
UNWIND $ids AS id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.withdrawn IS NULL AND e.withdrawn IS NULL
RETURN
    c.id AS case_id,
    e.id AS event_id,
    i.sort_at.epochMillis AS sort_at,
    i.seq AS seq,
    e.attributes AS attributes
ORDER BY case_id, event_id
