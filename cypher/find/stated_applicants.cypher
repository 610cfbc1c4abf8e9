// The applicants of cases, the load that says so, and whether an event of the case states a fact about them.
// Parameters: $ids list of text (cases)
// Columns: case_id text, subject_label text, subject_id text, role text, load integer, stated boolean
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})<-[applied:APPLIED]-(p:Person|Organisation)
WHERE applied.withdrawn IS NULL
// endNode(applied) is read from the store; the id of c would be the parameter's text, which sorts by UTF-16 unit.
RETURN
    endNode(applied).id AS case_id,
    labels(p)[0] AS subject_label,
    p.id AS subject_id,
    applied.role AS role,
    applied.load AS load,
    EXISTS {
        MATCH (c)<-[i:IN_CASE]-(:Event)-[s:STATES]->(:Fact)-[a:ABOUT]->(p)
        WHERE i.withdrawn IS NULL AND s.withdrawn IS NULL AND a.withdrawn IS NULL
    } AS stated
ORDER BY case_id, subject_label, subject_id, role
