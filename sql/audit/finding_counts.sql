-- How many findings stand, and how many of them are accepted, by rule.
-- Parameters: $load integer
-- $rule text, $severity text, $category text, $case text (id): filters, null for none
-- $item text (of a case found), $unit text (id or name; of an event found, or, where none is, of an event of the case), $from_at and $to_at integer (epoch ms; when an event found was done, or, where none is, the case was opened): filters, null for none
-- $state text (accepted or open, null for either), $accepted list of text (findings that are accepted)
-- Columns: rule text, category text, severity text, findings integer, accepted integer
SELECT
    f.rule,
    f.category,
    f.severity,
    count(*) AS findings,
    count(*) FILTER (f.id IN (SELECT unnest($accepted::VARCHAR[]))) AS accepted
FROM "Finding" f
WHERE f."load" <= $load AND f.rule_set IS NOT NULL
    AND ($rule::VARCHAR IS NULL OR f.rule = $rule)
    AND ($severity::VARCHAR IS NULL OR f.severity = $severity)
    AND ($category::VARCHAR IS NULL OR f.category = $category)
    AND ($state::VARCHAR IS NULL OR ($state = 'accepted') = (f.id IN (SELECT unnest($accepted::VARCHAR[]))))
    AND ($case::VARCHAR IS NULL OR f.id IN (
        SELECT l.from_id FROM "FOUND" l WHERE l.to_label = 'Case' AND l.to_id = $case AND l."load" <= $load
    ))
    AND ($item::VARCHAR IS NULL OR f.id IN (
        SELECT l.from_id
        FROM "FOUND" l JOIN "Case" c ON c.id = l.to_id
        WHERE l.to_label = 'Case' AND l."load" <= $load AND c.item_id = $item
            AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    ))
    AND ($unit::VARCHAR IS NULL OR f.id IN (
        SELECT l.from_id
        FROM "Unit" u JOIN "IN_UNIT" n ON n.to_id = u.id
            JOIN "Event" e ON e.id = n.from_id JOIN "FOUND" l ON l.to_id = e.id
        WHERE (u.id = $unit OR u.name = $unit) AND n.from_label = 'Event' AND l.to_label = 'Event'
            AND l."load" <= $load AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
    ) OR (f.id NOT IN (
        SELECT l.from_id FROM "FOUND" l WHERE l.to_label = 'Event' AND l."load" <= $load
    ) AND f.id IN (
        SELECT l.from_id
        FROM "Unit" u JOIN "IN_UNIT" n ON n.to_id = u.id
            JOIN "Event" e ON e.id = n.from_id JOIN "IN_CASE" i ON i.from_id = e.id
            JOIN "FOUND" l ON l.to_id = i.to_id
        WHERE (u.id = $unit OR u.name = $unit) AND n.from_label = 'Event' AND l.to_label = 'Case'
            AND l."load" <= $load AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
            AND n."load" <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
    )))
    AND (($from_at::BIGINT IS NULL AND $to_at::BIGINT IS NULL) OR f.id IN (
        SELECT l.from_id
        FROM "FOUND" l JOIN "Event" e ON e.id = l.to_id
        WHERE l.to_label = 'Event' AND l."load" <= $load
            AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND ($from_at IS NULL OR e."at" >= make_timestamp_ms($from_at))
            AND ($to_at IS NULL OR e."at" <= make_timestamp_ms($to_at))
    ) OR (f.id NOT IN (
        SELECT l.from_id FROM "FOUND" l WHERE l.to_label = 'Event' AND l."load" <= $load
    ) AND f.id IN (
        SELECT l.from_id
        FROM "FOUND" l JOIN "Case" c ON c.id = l.to_id
        WHERE l.to_label = 'Case' AND l."load" <= $load
            AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
            AND ($from_at IS NULL OR c.opened_at >= make_timestamp_ms($from_at))
            AND ($to_at IS NULL OR c.opened_at <= make_timestamp_ms($to_at))
    )))
GROUP BY f.rule, f.category, f.severity
ORDER BY f.rule NULLS LAST, f.category NULLS LAST, f.severity NULLS LAST
