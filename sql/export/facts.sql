-- Facts about any records, as a load knew it.
-- Parameters: $ids list of text (any labels), $load integer
-- Columns: fact_id text, to_label text, to_id text
SELECT from_id AS fact_id, to_label, to_id
FROM "ABOUT"
WHERE to_id IN $ids AND CASE WHEN from_label = 'Fact' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY fact_id, to_label, to_id
