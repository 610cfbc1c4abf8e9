// The records that no event names and that are in no volume: what is to be arranged.
// Parameters: $load integer
// Columns: persons integer, person_id text (the first), dated text, material_id text, medium text, form text, files integer, pages integer, class text, retention text, archive_no text
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
    AND NOT EXISTS {
        MATCH (m)-[f:FILED_IN]->(:Volume)
        WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    }
    AND NOT EXISTS {
        MATCH (m)<-[t:RECEIVED|USED|PRODUCED|TOUCHED]-(:Event)
        WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
    }
WITH m, COLLECT {
    MATCH (m)-[a:ABOUT]->(p:Person)
    WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    RETURN DISTINCT p.id AS id ORDER BY id
} AS persons
RETURN
    size(persons) AS persons,
    persons[0] AS person_id,
    m.date AS dated,
    m.id AS material_id,
    m.medium AS medium,
    m.form AS form,
    COUNT {
        MATCH (m)-[h:HAS_FILE]->(:File)
        WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    } AS files,
    m.pages AS pages,
    m.class AS class,
    m.retention AS retention,
    m.archive_no AS archive_no
ORDER BY material_id
