// Working together: pairs of actors with events in the same case, each pair once.
// Parameters: $load integer, $item text (cases of this service item as they name it, null for all)
// Columns: one_id text, other_id text (the greater id), cases integer
MATCH (c:Case)<-[i:IN_CASE]-(e:Event)-[b:BY]->(a:Actor)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($item IS NULL OR c.item_id = $item)
    AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
WITH DISTINCT c, a
// ORDER BY orders ids by code point, < by UTF-16 unit: the order of the list says which id is the greater.
ORDER BY a.id
WITH c, collect(a) AS actors
UNWIND range(0, size(actors) - 2) AS place
UNWIND actors[place + 1..] AS other
WITH actors[place] AS one, other
RETURN one.id AS one_id, other.id AS other_id, count(*) AS cases
ORDER BY one_id, other_id
