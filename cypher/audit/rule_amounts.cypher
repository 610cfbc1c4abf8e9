// What is stated of amounts in cases: payments, and facts about the case that have a number or a value.
// Parameters: $ids list of text (cases), $load integer
// Columns: case_id text, record_id text, kind text (of the payment, or field of the fact), number integer, value text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (c:Case {id: id})
CALL (c) {
    MATCH (c)<-[l:PAYS]-(p:Payment)
    WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
        AND p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
    RETURN p.id AS record_id, p.kind AS kind, p.amount AS number, null AS value
    UNION
    MATCH (c)<-[l:ABOUT]-(f:Fact)
    WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
        AND f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    RETURN f.id AS record_id, f.field AS kind, f.number AS number, f.value AS value
}
RETURN c.id AS case_id, record_id, kind, number, value
ORDER BY case_id, record_id, kind IS NULL, kind, number IS NULL, number, value IS NULL, value
