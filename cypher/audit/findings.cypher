// A page of findings, by case and rule.
// Parameters: $load integer, $limit integer
// $rule text, $severity text, $category text, $case text (id): filters, null for none
// $item text (of a case found), $unit text (id or name; of an event found, or, where none is, of an event of the case), $from_at and $to_at integer (epoch ms; when an event found was done, or, where none is, the case was opened): filters, null for none
// $state text (accepted or open, null for either), $accepted list of text (findings that are accepted)
// $after_id text (id of a finding): where the page before ended, null for the first
// Columns: id text, rule text, category text, severity text, detail text (JSON), rule_set text, number integer (load that found it)
MATCH (f:Finding)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK f:Finding(id)
WHERE f.id > coalesce($after_id, '') AND f.load <= $load AND f.rule_set IS NOT NULL
    AND ($rule IS NULL OR f.rule = $rule)
    AND ($severity IS NULL OR f.severity = $severity)
    AND ($category IS NULL OR f.category = $category)
    AND ($state IS NULL OR ($state = 'accepted') = (f.id IN $accepted))
    AND ($case IS NULL OR EXISTS { MATCH (f)-[l:FOUND]->(:Case {id: $case}) WHERE l.load <= $load })
    AND ($item IS NULL OR EXISTS {
        MATCH (f)-[l:FOUND]->(c:Case {item_id: $item})
        WHERE l.load <= $load AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    })
    AND ($unit IS NULL OR EXISTS {
        MATCH (f)-[l:FOUND]->(e:Event)-[n:IN_UNIT]->(u:Unit)
        WHERE (u.id = $unit OR u.name = $unit)
            AND l.load <= $load AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
    } OR (NOT EXISTS { MATCH (f)-[l:FOUND]->(:Event) WHERE l.load <= $load } AND EXISTS {
        MATCH (f)-[l:FOUND]->(:Case)<-[i:IN_CASE]-(e:Event)-[n:IN_UNIT]->(u:Unit)
        WHERE (u.id = $unit OR u.name = $unit)
            AND l.load <= $load AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
            AND n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
    }))
    AND (($from_at IS NULL AND $to_at IS NULL) OR EXISTS {
        MATCH (f)-[l:FOUND]->(e:Event)
        WHERE l.load <= $load AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND ($from_at IS NULL OR e.at >= datetime({epochMillis: $from_at}))
            AND ($to_at IS NULL OR e.at <= datetime({epochMillis: $to_at}))
    } OR (NOT EXISTS { MATCH (f)-[l:FOUND]->(:Event) WHERE l.load <= $load } AND EXISTS {
        MATCH (f)-[l:FOUND]->(c:Case)
        WHERE l.load <= $load AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
            AND ($from_at IS NULL OR c.opened_at >= datetime({epochMillis: $from_at}))
            AND ($to_at IS NULL OR c.opened_at <= datetime({epochMillis: $to_at}))
    }))
WITH f
ORDER BY f.id
LIMIT $limit
RETURN f.id AS id, f.rule AS rule, f.category AS category, f.severity AS severity, f.detail AS detail, f.rule_set AS rule_set, f.load AS number
ORDER BY id
