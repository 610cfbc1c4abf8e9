-- What versions of items ask for.
-- Parameters: $ids list of text (item versions), $load integer
-- Columns: version_id text, type_id text, required boolean, condition text, form text
SELECT from_id AS version_id, to_id AS type_id, required, condition, form
FROM "REQUIRES"
WHERE from_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
ORDER BY version_id, type_id, required NULLS LAST, condition NULLS LAST, form NULLS LAST
