// Removes what loads before $load derived of the order of cases.
// Parameters: $ids list of text (cases), $load integer
// Columns: removed integer
UNWIND $ids AS id
MATCH (:Case {id: id})<-[:IN_CASE]-(:Event)-[n:NEXT {case_id: id}]->()
WHERE n.load < $load
WITH DISTINCT n
DELETE n
RETURN count(n) AS removed
