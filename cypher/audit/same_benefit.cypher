// Cases of one person and item in two regions that were running at once, the earlier one first.
// Parameters: $load integer, $roles list of text (roles of applicants, '' for none)
// Columns: person_id text, item_id text, case_id text, region text, other_id text, other_region text
MATCH (person:Person)-[p:APPLIED]->(a:Case), (person)-[q:APPLIED]->(b:Case)
WHERE a <> b AND a.item_id = b.item_id AND a.region <> b.region
    AND coalesce(p.role, '') IN $roles AND coalesce(q.role, '') IN $roles
    AND p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
    AND q.load <= $load AND (q.withdrawn IS NULL OR q.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    // ORDER BY orders ids by code point, < by UTF-16 unit.
    AND (a.opened_at < b.opened_at
        OR (a.opened_at = b.opened_at AND COLLECT { UNWIND [a, b] AS x RETURN x ORDER BY x.id LIMIT 1 }[0] = a))
    AND b.opened_at <= coalesce(a.closed_at, a.last_at)
RETURN DISTINCT person.id AS person_id, a.item_id AS item_id, a.id AS case_id, a.region AS region, b.id AS other_id, b.region AS other_region
ORDER BY person_id, case_id, other_id
