// The records in some volumes, in the order of their places.
// Parameters: $ids list of text (volumes), $load integer
// Columns: volume_id text, position integer, material_id text, archive_no text, doc_no text, responsible text, title text, dated text, secrecy text, medium text, pages integer, note text
UNWIND $ids AS id
WITH DISTINCT id
MATCH (v:Volume {id: id})<-[f:FILED_IN]-(m:Material)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load) AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
RETURN
    v.id AS volume_id,
    f.position AS position,
    m.id AS material_id,
    m.archive_no AS archive_no,
    m.doc_no AS doc_no,
    m.responsible AS responsible,
    m.title AS title,
    m.date AS dated,
    m.secrecy AS secrecy,
    m.medium AS medium,
    m.pages AS pages,
    m.attributes AS note
ORDER BY volume_id, position IS NULL, position, material_id
