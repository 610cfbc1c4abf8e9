// The findings that stand of some rules, all or those about some cases; also those that no rule finds any more.
// Parameters: $load integer, $whole boolean (all of them), $rules list of text (whose findings are wanted whatever their cases), $ids list of text (cases)
// Columns: id text, rule text, category text, severity text, detail text (JSON), rule_set text, decided boolean (a decision is linked to it)
CALL () {
    MATCH (f:Finding)
    WHERE $whole OR f.rule IN $rules
    RETURN f
    UNION
    UNWIND $ids AS id
    MATCH (:Case {id: id})<-[l:FOUND]-(f:Finding)
    WHERE l.load <= $load
    RETURN f
}
WITH DISTINCT f
WHERE f.load <= $load
RETURN
    f.id AS id,
    f.rule AS rule,
    f.category AS category,
    f.severity AS severity,
    f.detail AS detail,
    f.rule_set AS rule_set,
    EXISTS { (f)<-[:DECIDES]-(:Decision) } AS decided
ORDER BY id
