// All facts that were ever about persons or organisations, withdrawn ones included.
// Parameters: $ids list of text (persons or organisations), $label text (Person, Organisation)
// Columns: id text
UNWIND $ids AS id
MATCH (s:Person|Organisation {id: id})<-[:ABOUT]-(f:Fact)
WHERE $label IN labels(s)
RETURN DISTINCT f.id AS id
ORDER BY id
