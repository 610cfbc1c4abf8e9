// What is paid to persons or organisations or in cases.
// Parameters: $ids list of text (persons, organisations, cases), $load integer
// Columns: type text (PAYS), from_label text, from_id text, to_label text, to_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (s:Person|Organisation|Case {id: id})<-[r:PAYS]-(n)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN
    type(r) AS type,
    labels(n)[0] AS from_label,
    n.id AS from_id,
    labels(s)[0] AS to_label,
    s.id AS to_id
