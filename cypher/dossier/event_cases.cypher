// The cases of events.
// Parameters: $ids list of text (events), $load integer
// Columns: event_id text, case_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (e:Event {id: id})-[r:IN_CASE]->(k:Case)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN e.id AS event_id, k.id AS case_id
