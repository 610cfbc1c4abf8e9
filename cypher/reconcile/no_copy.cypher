// Paper records of which there is no digital copy: neither a file nor a record that digitises them.
// Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
// Columns: id text, class text, volume_id text, other_id text, said integer, found integer
MATCH (m:Material)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK m:Material(id)
WHERE m.id > $after AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
    AND m.medium = 'paper' AND NOT EXISTS {
        MATCH (m)-[h:HAS_FILE]->(:File)
        WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    }
    AND NOT EXISTS {
        MATCH (m)<-[d:DIGITISES]-(c:Material)
        WHERE d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load) AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    }
OPTIONAL MATCH (m)-[filed:FILED_IN]->(v:Volume)
WHERE filed.load <= $load AND (filed.withdrawn IS NULL OR filed.withdrawn > $load)
WITH m, v ORDER BY v.id
WITH m, collect(v)[0] AS v
RETURN m.id AS id, coalesce(m.class, v.class) AS class, v.id AS volume_id, null AS other_id, null AS said, null AS found
ORDER BY id
LIMIT $limit
