// What was decided of the types of the records of cases, and not reversed.
// Parameters: $ids list of text (cases), $load integer
// Columns: material_id text, what text (JSON), number integer (the load of the decision), decision_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (:Case {id: id})<-[i:IN_CASE]-(e:Event)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT e
MATCH (e)-[t:PRODUCED|RECEIVED|TOUCHED|USED]->(m:Material)
WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
WITH DISTINCT m
MATCH (m)<-[l:DECIDES]-(d:Decision {kind: 'class'})
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    AND NOT EXISTS {
        MATCH (m)<-[r:DECIDES]-(o:Decision)
        WHERE o.overrides = d.id
            AND r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
            AND o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    }
RETURN DISTINCT m.id AS material_id, d.what AS what, d.load AS number, d.id AS decision_id
ORDER BY material_id, number, decision_id
