-- The cases about which a load after $since said something new: of themselves, their events, or what these are linked to.
-- Parameters: $since integer, $load integer, $open boolean (also the cases that are open, whatever was said of them)
-- Columns: case_id text
WITH decisions AS MATERIALIZED (
    SELECT d.id FROM "Decision" d WHERE (d.since > $since OR d.withdrawn > $since OR d.erased > $since)
    UNION
    SELECT o.overrides FROM "Decision" o WHERE (o.since > $since OR o.withdrawn > $since OR o.erased > $since)
),
materials AS MATERIALIZED (
    SELECT m.id FROM "Material" m WHERE (m.since > $since OR m.withdrawn > $since OR m.erased > $since)
    UNION
    SELECT l.to_id FROM "DECIDES" l JOIN decisions d ON d.id = l.from_id WHERE l.to_label = 'Material'
    UNION
    SELECT l.from_id FROM "FILED_IN" l WHERE l.from_label = 'Material' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "HAS_FILE" l WHERE l.from_label = 'Material' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "HAS_FILE" l JOIN "File" f ON f.id = l.to_id WHERE l.from_label = 'Material' AND (f.since > $since OR f.withdrawn > $since OR f.erased > $since)
    UNION
    SELECT l.from_id FROM "STATES" l WHERE l.from_label = 'Material' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "STATES" l JOIN "Fact" f ON f.id = l.to_id WHERE l.from_label = 'Material' AND (f.since > $since OR f.withdrawn > $since OR f.erased > $since)
),
events AS MATERIALIZED (
    SELECT e.id FROM "Event" e WHERE (e.since > $since OR e.withdrawn > $since OR e.erased > $since)
    UNION
    SELECT l.from_id FROM "BY" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "IN_UNIT" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "RECEIVED" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "USED" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "PRODUCED" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "TOUCHED" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "STATES" l WHERE l.from_label = 'Event' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "RECEIVED" l JOIN materials m ON m.id = l.to_id WHERE l.to_label = 'Material'
    UNION
    SELECT l.from_id FROM "USED" l JOIN materials m ON m.id = l.to_id WHERE l.to_label = 'Material'
    UNION
    SELECT l.from_id FROM "PRODUCED" l JOIN materials m ON m.id = l.to_id WHERE l.to_label = 'Material'
    UNION
    SELECT l.from_id FROM "TOUCHED" l JOIN materials m ON m.id = l.to_id WHERE l.to_label = 'Material'
    UNION
    SELECT l.from_id FROM "STATES" l JOIN "Fact" f ON f.id = l.to_id WHERE l.from_label = 'Event' AND (f.since > $since OR f.withdrawn > $since OR f.erased > $since)
    UNION
    SELECT b.from_id FROM "BY" b JOIN "Actor" a ON a.id = b.to_id WHERE (a.since > $since OR a.withdrawn > $since OR a.erased > $since)
    UNION
    SELECT b.from_id FROM "IN_UNIT" b JOIN "Unit" u ON u.id = b.to_id WHERE (u.since > $since OR u.withdrawn > $since OR u.erased > $since)
    UNION
    SELECT b.from_id FROM "BY" b JOIN "MEMBER_OF" l ON l.from_id = b.to_id WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT b.from_id FROM "BY" b JOIN "IS_PERSON" l ON l.from_id = b.to_id WHERE (l."load" > $since OR l.withdrawn > $since)
),
cases AS MATERIALIZED (
    SELECT c.id FROM "Case" c WHERE (c.since > $since OR c.withdrawn > $since OR c.erased > $since) OR ($open AND c.status = 'open')
    UNION
    SELECT l.to_id FROM "IN_CASE" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    -- DuckDB takes these events for many, and makes a table of all links to find the few in it; the items of a list it
    -- takes for few.
    SELECT i.to_id FROM "IN_CASE" i WHERE i.from_id IN (SELECT unnest((SELECT list(id) FROM events)))
    UNION
    SELECT l.to_id FROM "APPLIED" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.to_id FROM "PAYS" l JOIN "Payment" p ON p.id = l.from_id WHERE l.to_label = 'Case' AND ((l."load" > $since OR l.withdrawn > $since) OR (p.since > $since OR p.withdrawn > $since OR p.erased > $since))
    UNION
    SELECT l.to_id FROM "ABOUT" l WHERE l.from_label = 'Fact' AND l.to_label = 'Case' AND (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.to_id FROM "ABOUT" l JOIN "Fact" f ON f.id = l.from_id
    WHERE l.from_label = 'Fact' AND l.to_label = 'Case' AND (f.since > $since OR f.withdrawn > $since OR f.erased > $since)
)
SELECT c.id AS case_id
FROM "Case" c
WHERE c.id IN (SELECT unnest((SELECT list(id) FROM cases))) AND c."load" <= $load
ORDER BY case_id
