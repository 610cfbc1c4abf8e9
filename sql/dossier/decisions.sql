-- The decisions about facts.
-- Parameters: $ids list of text (facts), $load integer
-- Columns: fact_id text, decision_id text
SELECT to_id AS fact_id, from_id AS decision_id
FROM "DECIDES"
WHERE to_id IN $ids AND to_label = 'Fact' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY fact_id, decision_id
