// The contents that were in force at a load, of records that have changed since.
// Parameters: $ids list of text, $load integer
// Columns: label text, of_id text, payload text (canonical JSON, null where the record was withdrawn or erased), source_row integer, from_load integer, erased integer (the load that erased the payload, null else)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (v:Version {of_id: id})
WHERE v.from_load <= $load AND v.to_load > $load
// Out of a list, of_id is read from the store; else it would be the parameter's text, which sorts by UTF-16 unit.
UNWIND [v] AS stored
RETURN
    v.label AS label,
    stored.of_id AS of_id,
    v.payload AS payload,
    v.source_row AS source_row,
    v.from_load AS from_load,
    v.erased AS erased
ORDER BY label, of_id, from_load
