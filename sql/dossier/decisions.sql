-- The decisions about facts.
-- Parameters: $ids list of text (facts), $load integer
-- Columns: fact_id text, decision_id text
SELECT to_id AS fact_id, from_id AS decision_id
FROM "DECIDES"
WHERE to_id IN $ids AND CASE WHEN to_label = 'Fact' THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY fact_id, decision_id
