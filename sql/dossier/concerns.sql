-- The facts that concern organisations: who is employed there or insured by it.
-- Parameters: $ids list of text (organisations), $load integer
-- Columns: fact_id text, organisation_id text
-- Order: by the columns, sorted once read
SELECT from_id AS fact_id, to_id AS organisation_id
FROM "CONCERNS"
WHERE to_id IN $ids AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
