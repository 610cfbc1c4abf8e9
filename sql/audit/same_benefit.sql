-- Cases of one person and item in two regions that were running at once, the earlier one first.
-- Parameters: $load integer, $roles list of text (roles of applicants, '' for none), $cases list of text (ids, of which one has to be among the two; null for all)
-- Columns: person_id text, item_id text, case_id text, region text, other_id text, other_region text
WITH asked AS MATERIALIZED (SELECT DISTINCT unnest($cases::VARCHAR[]) AS id),
persons AS MATERIALIZED (
    SELECT DISTINCT from_id AS id FROM "APPLIED"
    WHERE from_label = 'Person' AND ($cases::VARCHAR[] IS NULL OR to_id IN (FROM asked))
),
applied AS MATERIALIZED (
    SELECT p.from_id AS person_id, c.id, c.item_id, c.region, c.opened_at, coalesce(c.closed_at, c.last_at) AS closed_at
    FROM "APPLIED" p SEMI JOIN persons ON persons.id = p.from_id JOIN "Case" c ON c.id = p.to_id
    WHERE p.from_label = 'Person' AND coalesce(p.role, '') IN (SELECT unnest($roles::VARCHAR[]))
        AND c.item_id IS NOT NULL AND c.region IS NOT NULL AND c.opened_at IS NOT NULL
        AND p."load" <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
        AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
)
SELECT DISTINCT a.person_id, a.item_id, a.id AS case_id, a.region, b.id AS other_id, b.region AS other_region
FROM applied a JOIN applied b ON b.person_id = a.person_id AND b.item_id = a.item_id
WHERE a.region <> b.region
    AND (a.opened_at < b.opened_at OR (a.opened_at = b.opened_at AND a.id < b.id))
    AND b.opened_at <= a.closed_at
    AND ($cases::VARCHAR[] IS NULL OR a.id IN (FROM asked) OR b.id IN (FROM asked))
ORDER BY a.person_id, case_id, other_id
