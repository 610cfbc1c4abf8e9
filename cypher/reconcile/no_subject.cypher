// Digital records that are about no person or organisation, and of no case that somebody applied in.
// Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
// Columns: id text, class text, volume_id text, other_id text, said integer, found integer
MATCH (m:Material)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK m:Material(id)
WHERE m.id > $after AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
    AND ((coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
        OR (m.medium IS NULL AND EXISTS {
            MATCH (m)-[h:HAS_FILE]->(:File)
            WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
        })) OR EXISTS {
        MATCH (m)-[h:HAS_FILE]->(:File)
        WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    })
    AND NOT EXISTS {
        MATCH (m)-[a:ABOUT]->(:Person|Organisation)
        WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    }
    AND NOT EXISTS {
        MATCH (m)<-[t:RECEIVED|USED|PRODUCED|TOUCHED]-(:Event)-[i:IN_CASE]->(:Case)<-[a:APPLIED]-(:Person|Organisation)
        WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load) AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
            AND a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    }
OPTIONAL MATCH (m)-[filed:FILED_IN]->(v:Volume)
WHERE filed.load <= $load AND (filed.withdrawn IS NULL OR filed.withdrawn > $load)
WITH m, v ORDER BY v.id
WITH m, collect(v)[0] AS v
RETURN m.id AS id, coalesce(m.class, v.class) AS class, v.id AS volume_id, null AS other_id, null AS said, null AS found
ORDER BY id
LIMIT $limit
