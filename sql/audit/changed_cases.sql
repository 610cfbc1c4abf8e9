-- The cases about which a load after $since said something new: of themselves, their events, or what these are linked to.
-- Parameters: $since integer, $load integer
-- Columns: case_id text
WITH events AS (
    SELECT e.id FROM "Event" e WHERE e.since > $since OR e.withdrawn > $since OR e.erased > $since
    UNION
    SELECT l.from_id FROM "BY" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "IN_UNIT" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "RECEIVED" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "USED" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.from_id FROM "RECEIVED" l JOIN "Material" m ON m.id = l.to_id WHERE l.to_label = 'Material' AND (m.since > $since OR m.withdrawn > $since OR m.erased > $since)
    UNION
    SELECT l.from_id FROM "USED" l JOIN "Material" m ON m.id = l.to_id WHERE l.to_label = 'Material' AND (m.since > $since OR m.withdrawn > $since OR m.erased > $since)
    UNION
    SELECT b.from_id FROM "BY" b JOIN "Actor" a ON a.id = b.to_id WHERE a.since > $since OR a.withdrawn > $since
    UNION
    SELECT b.from_id FROM "BY" b JOIN "MEMBER_OF" l ON l.from_id = b.to_id WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT b.from_id FROM "BY" b JOIN "IS_PERSON" l ON l.from_id = b.to_id WHERE (l."load" > $since OR l.withdrawn > $since)
),
cases AS (
    SELECT c.id FROM "Case" c WHERE c.since > $since OR c.withdrawn > $since OR c.erased > $since
    UNION
    SELECT i.to_id FROM "IN_CASE" i WHERE (i."load" > $since OR i.withdrawn > $since)
    UNION
    SELECT i.to_id FROM "IN_CASE" i WHERE i.from_id IN (SELECT id FROM events)
    UNION
    SELECT l.to_id FROM "APPLIED" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION
    SELECT l.to_id FROM "PAYS" l JOIN "Payment" p ON p.id = l.from_id
    WHERE l.to_label = 'Case' AND ((l."load" > $since OR l.withdrawn > $since) OR p.since > $since OR p.withdrawn > $since OR p.erased > $since)
    UNION
    SELECT l.to_id FROM "ABOUT" l JOIN "Fact" f ON f.id = l.from_id
    WHERE l.from_label = 'Fact' AND l.to_label = 'Case'
        AND ((l."load" > $since OR l.withdrawn > $since) OR f.since > $since OR f.withdrawn > $since OR f.erased > $since)
)
SELECT c.id AS case_id
FROM "Case" c JOIN cases ON cases.id = c.id
WHERE c."load" <= $load
ORDER BY case_id
