// Records whose place in a volume another record has as well; `said` is the place.
// Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
// Columns: id text, class text, volume_id text, other_id text, said integer, found integer
MATCH (m:Material)-[f:FILED_IN]->(v:Volume)<-[g:FILED_IN]-(o:Material)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK m:Material(id)
WHERE m.id > $after AND m.id <> o.id AND f.position = g.position
    AND f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    AND g.load <= $load AND (g.withdrawn IS NULL OR g.withdrawn > $load)
RETURN m.id AS id, coalesce(m.class, v.class) AS class, v.id AS volume_id, min(o.id) AS other_id, f.position AS said, null AS found
ORDER BY id, volume_id, said
LIMIT $limit
