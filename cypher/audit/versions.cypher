// The contents that were in force at a load, of records that have changed since.
// Parameters: $ids list of text, $load integer
// Columns: label text, of_id text, payload text (canonical JSON, null where the record was withdrawn), source_row integer, from_load integer
UNWIND $ids AS id
MATCH (v:Version {of_id: id})
WHERE v.from_load <= $load AND v.to_load > $load
RETURN
    v.label AS label,
    v.of_id AS of_id,
    v.payload AS payload,
    v.source_row AS source_row,
    v.from_load AS from_load
ORDER BY label, of_id, from_load
