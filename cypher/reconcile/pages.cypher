// Records whose pages are not as many as those of their files, or of the paper that they digitise.
// Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
// Columns: id text, class text, volume_id text, other_id text, said integer, found integer
MATCH (m:Material)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK m:Material(id)
WHERE m.id > $after AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.pages IS NOT NULL
CALL (m) {
    MATCH (m)-[h:HAS_FILE]->(f:File)
    WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    WITH m, min(f.id) AS other_id, sum(f.pages) AS found, count(f) AS files, count(f.pages) AS counted
    WHERE files = counted AND found <> m.pages
    RETURN other_id, found
    UNION ALL
    MATCH (m)-[d:DIGITISES]->(p:Material)
    WHERE d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load) AND p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load) AND p.pages <> m.pages
    RETURN p.id AS other_id, p.pages AS found
}
OPTIONAL MATCH (m)-[filed:FILED_IN]->(v:Volume)
WHERE filed.load <= $load AND (filed.withdrawn IS NULL OR filed.withdrawn > $load)
WITH m, other_id, found, v ORDER BY v.id
WITH m, other_id, found, collect(v)[0] AS v
RETURN m.id AS id, coalesce(m.class, v.class) AS class, v.id AS volume_id, other_id, m.pages AS said, found
ORDER BY id, other_id, found
LIMIT $limit
