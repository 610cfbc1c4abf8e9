// The rows that state records whose content was amended because of what other records say, as a load knew them.
// Parameters: $ids list of text, $load integer
// Columns: label text, of_id text, from_load integer, source_row integer
UNWIND $ids AS id
WITH DISTINCT id
MATCH (v:Version {of_id: id})
WHERE v.from_load <= $load AND v.source_row IS NOT NULL
// Out of a list, of_id is read from the store; else it would be the parameter's text, which sorts by UTF-16 unit.
UNWIND [v] AS stored
WITH v.label AS label, stored.of_id AS of_id, v
ORDER BY v.from_load DESC
WITH label, of_id, collect(v)[0] AS latest
RETURN label, of_id, latest.from_load AS from_load, latest.source_row AS source_row
ORDER BY label, of_id
