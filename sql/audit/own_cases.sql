-- Events of cases by an actor who is, by a staff list, a person that applied for the case.
-- Parameters: $ids list of text (cases), $load integer
-- Columns: case_id text, event_id text, actor_id text, person_id text
SELECT DISTINCT i.to_id AS case_id, i.from_id AS event_id, b.to_id AS actor_id, p.to_id AS person_id
FROM "APPLIED" a
    JOIN "IN_CASE" i ON i.to_id = a.to_id
    JOIN "BY" b ON b.from_id = i.from_id
    JOIN "IS_PERSON" p ON p.from_id = b.to_id AND p.to_id = a.from_id
WHERE a.from_label = 'Person' AND i.to_id IN (SELECT unnest($ids::VARCHAR[]))
    AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND p."load" <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
ORDER BY case_id, event_id, actor_id, person_id
