// Persons whom no record and no volume is about.
// Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
// Columns: id text, class text, volume_id text, other_id text, said integer, found integer
MATCH (p:Person)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK p:Person(id)
WHERE p.id > $after AND p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
    AND NOT EXISTS {
        MATCH (p)<-[a:ABOUT]-(:Material|Volume)
        WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    }
RETURN p.id AS id, null AS class, null AS volume_id, null AS other_id, null AS said, null AS found
ORDER BY id
LIMIT $limit
