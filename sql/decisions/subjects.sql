-- The persons and organisations that facts are about, with the field that each states.
-- Parameters: $ids list of text (facts), $load integer
-- Columns: fact_id text, field text, label text, id text
SELECT DISTINCT f.id AS fact_id, f.field, a.to_label AS label, a.to_id AS id
FROM "Fact" f JOIN "ABOUT" a ON a.from_id = f.id
WHERE f.id IN $ids AND a.from_id IN $ids AND a.from_label = 'Fact' AND a.to_label IN ('Organisation', 'Person')
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
ORDER BY fact_id, label, id
