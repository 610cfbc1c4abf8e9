// The units that took part in cases; a case is its place among the cases by id.
// Parameters: $load integer
// Columns: place integer (of the case, from 0), unit_id text, name text
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
WITH c
ORDER BY c.id
WITH collect(c) AS cases
UNWIND range(0, size(cases) - 1) AS place
WITH place, cases[place] AS c
MATCH (c)<-[i:IN_CASE]-(e:Event)-[l:IN_UNIT]->(u:Unit)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
WITH DISTINCT place, u
RETURN place, u.id AS unit_id, u.name AS name
ORDER BY place, unit_id
