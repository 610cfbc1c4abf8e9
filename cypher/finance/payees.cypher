// To whom payments go.
// Parameters: $ids list of text (payments), $load integer
// Columns: payment_id text, label text (Person, Organisation), subject_id text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (p:Payment {id: id})-[l:PAYS]->(s:Person|Organisation)
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
RETURN DISTINCT p.id AS payment_id, labels(s)[0] AS label, s.id AS subject_id
ORDER BY payment_id, label, subject_id
