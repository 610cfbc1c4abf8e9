// The standing events of cases, as far as order, seconds and status need them.
// Parameters: $ids list of text (cases)
// Columns: case_id text, event_id text, sort_at integer (epoch ms), seq integer, at integer (epoch ms), stage text
UNWIND $ids AS id
MATCH (c:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.withdrawn IS NULL AND e.withdrawn IS NULL
RETURN
    c.id AS case_id,
    e.id AS event_id,
    i.sort_at.epochMillis AS sort_at,
    i.seq AS seq,
    e.at.epochMillis AS at,
    e.stage AS stage
ORDER BY case_id, event_id
