// The records of the completed cases that are in no volume: what is to be filed.
// Parameters: $load integer
// Columns: case_id text, item_id text, accepted_at integer (epoch ms), closed_at integer (epoch ms), persons integer, person_id text (the first), material_id text, first_at integer (epoch ms), medium text, form text, files integer, pages integer, class text, retention text, archive_no text
MATCH (c:Case {status: 'closed'})
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
MATCH (c)<-[i:IN_CASE]-(e:Event)-[t:RECEIVED|USED|PRODUCED|TOUCHED]->(m:Material)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    AND t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
    AND (t.case_id IS NULL OR t.case_id = c.id)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
    AND NOT EXISTS {
        MATCH (m)-[f:FILED_IN]->(:Volume)
        WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    }
WITH c, m, min(i.sort_at.epochMillis) AS first_at
WITH c, m, first_at, COLLECT {
    MATCH (c)<-[a:APPLIED]-(p:Person)
    WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    RETURN DISTINCT p.id AS id ORDER BY id
} AS persons
RETURN
    c.id AS case_id,
    c.item_id AS item_id,
    coalesce(c.accepted_at, c.opened_at).epochMillis AS accepted_at,
    c.closed_at.epochMillis AS closed_at,
    size(persons) AS persons,
    persons[0] AS person_id,
    m.id AS material_id,
    first_at,
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
ORDER BY case_id, material_id
