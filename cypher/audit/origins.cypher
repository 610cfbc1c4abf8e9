// The rows that state records whose content was amended because of what other records say, as a load knew them.
// Parameters: $ids list of text, $load integer
// Columns: label text, of_id text, from_load integer, source_row integer
UNWIND $ids AS id
MATCH (v:Version {of_id: id})
WHERE v.from_load <= $load AND v.source_row IS NOT NULL
WITH v.label AS label, v.of_id AS of_id, v
ORDER BY v.from_load DESC
WITH label, of_id, collect(v)[0] AS latest
RETURN label, of_id, latest.from_load AS from_load, latest.source_row AS source_row
ORDER BY label, of_id
