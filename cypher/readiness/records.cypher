// Of each record what speaks for keeping it without paper: its case, class, medium and files.
// Parameters: $load integer
// Columns: material_id text, case_id text (the first), item_id text, accepted_at integer (epoch ms), class text, paper integer (1 where it is not electronic), copies integer (electronic records that digitise it), files integer (its own and those of copies), digests integer (files with one), media text (media types, sorted, with a blank between)
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
OPTIONAL MATCH (m)-[filed:FILED_IN]->(v:Volume)
WHERE filed.load <= $load AND (filed.withdrawn IS NULL OR filed.withdrawn > $load)
WITH m, v ORDER BY v.id
WITH m, collect(v)[0] AS v
WITH m, v, (coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
        OR (m.medium IS NULL AND EXISTS {
            MATCH (m)-[h:HAS_FILE]->(:File)
            WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
        })) AS electronic, COLLECT {
    MATCH (m)<-[t:RECEIVED|USED|PRODUCED|TOUCHED]-(:Event)-[i:IN_CASE]->(c:Case)
    WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    RETURN c ORDER BY c.id LIMIT 1
} AS cases, COLLECT {
    MATCH (m)<-[d:DIGITISES]-(e:Material)
    WHERE d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load) AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    RETURN DISTINCT e
} AS copies
WITH m, v, electronic, cases[0] AS c, copies, COLLECT {
    UNWIND [m] + copies AS holder
    MATCH (holder)-[h:HAS_FILE]->(f:File)
    WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    RETURN DISTINCT f
} AS files
WITH m, v, electronic, c, copies, files, COLLECT {
    UNWIND files AS f
    WITH f WHERE f.media_type IS NOT NULL
    RETURN DISTINCT f.media_type AS media ORDER BY media
} AS media
RETURN
    m.id AS material_id,
    c.id AS case_id,
    c.item_id AS item_id,
    coalesce(c.accepted_at, c.opened_at).epochMillis AS accepted_at,
    coalesce(m.class, v.class) AS class,
    CASE WHEN electronic THEN 0 ELSE 1 END AS paper,
    size(copies) AS copies,
    size(files) AS files,
    size([f IN files WHERE f.sha256 IS NOT NULL]) AS digests,
    reduce(joined = '', one IN media | joined + CASE WHEN joined = '' THEN '' ELSE ' ' END + one) AS media
ORDER BY material_id
