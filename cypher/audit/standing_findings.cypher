// The findings that stand: all, those of some rules, or those of the others about some cases; also those that no rule finds any more.
// Parameters: $load integer, $whole boolean (all of them), $rules list of text (whose findings are wanted whatever they are about), $by_actor list of text (rules whose findings are wanted by their actors), $actors list of text, $ids list of text (cases, of the findings of the other rules)
// Columns: id text, rule text, category text, severity text, detail text (JSON), rule_set text, decided boolean (a decision is linked to it)
CALL () {
    MATCH (f:Finding)
    WHERE $whole OR f.rule IN $rules
    RETURN f
    UNION
    UNWIND $ids AS id
    MATCH (:Case {id: id})<-[l:FOUND]-(f:Finding)
    WHERE l.load <= $load AND NOT f.rule IN $by_actor
    RETURN f
    UNION
    UNWIND $actors AS id
    MATCH (:Actor {id: id})<-[l:FOUND]-(f:Finding)
    WHERE l.load <= $load AND f.rule IN $by_actor
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
