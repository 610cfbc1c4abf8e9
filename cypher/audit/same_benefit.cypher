// Cases of one person and item in two regions that were running at once, the earlier one first.
// Parameters: $load integer, $roles list of text (roles of applicants, '' for none), $cases list of text (ids, of which one has to be among the two; null for all)
// Columns: person_id text, item_id text, case_id text, region text, other_id text, other_region text
CALL () {
    MATCH (person:Person)
    WHERE $cases IS NULL
    RETURN person
    UNION
    UNWIND $cases AS id
    MATCH (person:Person)-[:APPLIED]->(:Case {id: id})
    RETURN person
}
MATCH (person)-[p:APPLIED]->(c:Case)
WHERE coalesce(p.role, '') IN $roles
    AND p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND c.item_id IS NOT NULL AND c.region IS NOT NULL AND c.opened_at IS NOT NULL
// Each case is read once, and then only those of persons with several about one item.
WITH person, c.item_id AS item_id, collect(DISTINCT c) AS cases
WHERE size(cases) > 1
UNWIND cases AS a
UNWIND cases AS b
WITH person, item_id, a, b
WHERE a.region <> b.region
    // ORDER BY orders ids by code point, < by UTF-16 unit.
    AND (a.opened_at < b.opened_at
        OR (a.opened_at = b.opened_at AND COLLECT { UNWIND [a, b] AS x RETURN x ORDER BY x.id LIMIT 1 }[0] = a))
    AND b.opened_at <= coalesce(a.closed_at, a.last_at)
    AND ($cases IS NULL OR a.id IN $cases OR b.id IN $cases)
RETURN person.id AS person_id, item_id, a.id AS case_id, a.region AS region, b.id AS other_id, b.region AS other_region
ORDER BY person_id, case_id, other_id
