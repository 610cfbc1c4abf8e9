// The rules by which findings about cases stand; a case is its place among the cases by id.
// Parameters: $load integer
// Columns: place integer (of the case, from 0), rule text
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
WITH c
ORDER BY c.id
WITH collect(c) AS cases
UNWIND range(0, size(cases) - 1) AS place
WITH place, cases[place] AS c
MATCH (c)<-[l:FOUND]-(f:Finding)
WHERE l.load <= $load AND f.load <= $load AND f.rule_set IS NOT NULL AND f.rule IS NOT NULL
WITH DISTINCT place, f.rule AS rule
RETURN place, rule
ORDER BY place, rule
