// How many records have which outcomes in the last run of each phase that looked at them, by class and room (of several the first).
// Parameters: $load integer
// Columns: phase text, counts text (JSON), class text, room text, records integer
MATCH (r:CheckRun)-[c:CHECKED]->(m:Material)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
WITH m, r.phase AS phase, r
ORDER BY r.load DESC, r.id DESC
WITH m, phase, head(collect(r)) AS r
CALL (m) {
    OPTIONAL MATCH (m)-[f:FILED_IN]->(:Volume)-[b:IN_BOX]->(:Box)-[s:ON_SHELF]->(:Shelf)-[i:IN_ROOM]->(o:Room)
    WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
        AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    RETURN min(o.code) AS room
}
RETURN phase, r.counts AS counts, m.class AS class, room, count(*) AS records
ORDER BY phase, counts, class, room
