// What versions of items ask for.
// Parameters: $ids list of text (item versions), $load integer
// Columns: version_id text, type_id text, required boolean, condition text, form text
UNWIND $ids AS id
MATCH (v:ItemVersion {id: id})-[r:REQUIRES]->(t:MaterialType)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN v.id AS version_id, t.id AS type_id, r.required AS required, r.condition AS condition, r.form AS form
ORDER BY version_id, type_id, required, condition, form
