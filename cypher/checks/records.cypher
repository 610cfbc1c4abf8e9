// Everything that records say of themselves, for their checks; erased records are left out.
// Parameters: $load integer
// Columns: id text, title text, date text, medium text, form text, pages integer, class text, retention text, archive_no text, doc_no text, responsible text, secrecy text, valid_until text, attributes text (JSON), catalogued boolean (it has 档号, lies in a volume, or no event handled it)
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
RETURN
    m.id AS id,
    m.title AS title,
    m.date AS date,
    m.medium AS medium,
    m.form AS form,
    m.pages AS pages,
    m.class AS class,
    m.retention AS retention,
    m.archive_no AS archive_no,
    m.doc_no AS doc_no,
    m.responsible AS responsible,
    m.secrecy AS secrecy,
    m.valid_until AS valid_until,
    m.attributes AS attributes,
    m.archive_no IS NOT NULL
        OR EXISTS { (m)-[f:FILED_IN]->() WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load) }
        OR NOT EXISTS { (m)<-[t:RECEIVED|USED|PRODUCED|TOUCHED]-() WHERE t.load <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load) } AS catalogued
ORDER BY id
