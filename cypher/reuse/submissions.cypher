// Every submission of a material in a case, with those whose it is: the persons who applied, or, where no person did, the organisations; and materials with those whom they are about.
// Parameters: $load integer
// Columns: material_id text, type_id text, title text, date text, valid_until text, event_id text, at integer (epoch ms), offset integer (s), subject_label text, subject_id text; event_id, at and offset are null for whom a material is about
CALL () {
    MATCH (e:Event)-[r:RECEIVED]->(m:Material)
    WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
        AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
    MATCH (e)-[i:IN_CASE]->(k:Case)
    WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    OPTIONAL MATCH (k)<-[a:APPLIED]-(s:Person|Organisation)
    WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
        AND (s:Person OR NOT EXISTS {
            MATCH (k)<-[p:APPLIED]-(:Person)
            WHERE p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
        })
    RETURN DISTINCT m, e, s
    UNION ALL
    MATCH (m:Material)-[b:ABOUT]->(s:Person|Organisation)
    WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
    RETURN DISTINCT m, null AS e, s
}
OPTIONAL MATCH (m)-[o:OF_TYPE]->(t:MaterialType)
WHERE o.load <= $load
RETURN
    m.id AS material_id,
    t.id AS type_id,
    m.title AS title,
    m.date AS date,
    m.valid_until AS valid_until,
    e.id AS event_id,
    e.at.epochMillis AS at,
    e.offset AS offset,
    labels(s)[0] AS subject_label,
    s.id AS subject_id
ORDER BY material_id, event_id, subject_label, subject_id, type_id
