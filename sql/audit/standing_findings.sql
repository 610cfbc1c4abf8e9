-- The findings that stand: all, those of some rules, or those of the others about some cases; also those that no rule finds any more.
-- Parameters: $load integer, $whole boolean (all of them), $rules list of text (whose findings are wanted whatever they are about), $by_actor list of text (rules whose findings are wanted by their actors), $actors list of text, $ids list of text (cases, of the findings of the other rules)
-- Columns: id text, rule text, category text, severity text, detail text (JSON), rule_set text, decided boolean (a decision is linked to it)
SELECT
    f.id,
    f.rule,
    f.category,
    f.severity,
    f.detail,
    f.rule_set,
    EXISTS (SELECT 1 FROM "DECIDES" d WHERE d.to_id = f.id AND d.to_label = 'Finding') AS decided
FROM "Finding" f
WHERE f."load" <= $load
    AND ($whole OR f.rule IN (SELECT unnest($rules::VARCHAR[])) OR (f.rule NOT IN (SELECT unnest($by_actor::VARCHAR[])) AND f.id IN (
        SELECT l.from_id FROM "FOUND" l WHERE l.to_label = 'Case' AND l.to_id IN (SELECT unnest($ids::VARCHAR[])) AND l."load" <= $load
    )) OR (f.rule IN (SELECT unnest($by_actor::VARCHAR[])) AND f.id IN (
        SELECT l.from_id FROM "FOUND" l WHERE l.to_label = 'Actor' AND l.to_id IN (SELECT unnest($actors::VARCHAR[])) AND l."load" <= $load
    )))
ORDER BY f.id
