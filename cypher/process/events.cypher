// The events of all cases, case by case in their order; a case is its place among the cases by id.
// Parameters: $load integer
// Columns: place integer (of the case, from 0), activity text, stage text, at integer (epoch ms), erased boolean
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
WITH c
ORDER BY c.id
WITH collect(c) AS cases
UNWIND range(0, size(cases) - 1) AS place
WITH place, cases[place] AS c
MATCH (c)<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
WITH place, i, e
ORDER BY place, i.sort_at IS NULL, i.sort_at, coalesce(i.seq, 0), e.id
RETURN
    place,
    e.activity AS activity,
    e.stage AS stage,
    e.at.epochMillis AS at,
    e.erased IS NOT NULL AS erased
