// The standing events of cases with their places and attributes, where it has to be told what each says of its case.
// An event with a link that is younger than its withdrawal is brought back by the load that asks.
// Parameters: $ids list of text (cases)
// Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, attributes text (canonical JSON)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.withdrawn IS NULL AND (e.withdrawn IS NULL OR e.withdrawn < i.load)
// endNode(i) is read from the store; the id of c would be the parameter's text, which sorts by UTF-16 unit.
RETURN
    endNode(i).id AS case_id,
    e.id AS event_id,
    i.sort_at.epochMillis AS sort_at,
    i.seq AS seq,
    e.attributes AS attributes
ORDER BY case_id, event_id
