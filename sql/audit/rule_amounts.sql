-- What is stated of amounts in cases: payments, and facts about the case that have a number or a value.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, record_id text, kind text (of the payment, or field of the fact), number integer, value text
SELECT l.to_id AS case_id, p.id AS record_id, p.kind, p.amount AS number, NULL::VARCHAR AS value
FROM "PAYS" l JOIN "Payment" p ON p.id = l.from_id
WHERE l.to_label = 'Case' AND l.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND p."load" <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
UNION
SELECT l.to_id, f.id, f.field, f.number, f.value
FROM "ABOUT" l JOIN "Fact" f ON f.id = l.from_id
WHERE l.from_label = 'Fact' AND l.to_label = 'Case' AND l.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND l."load" <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
ORDER BY case_id, record_id, kind NULLS LAST, number NULLS LAST, value NULLS LAST
