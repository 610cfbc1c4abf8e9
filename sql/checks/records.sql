-- Everything that records say of themselves, for their checks; erased records are left out.
-- Parameters: $load integer
-- Columns: id text, title text, date text, medium text, form text, pages integer, class text, retention text, archive_no text, doc_no text, responsible text, secrecy text, valid_until text, attributes text (JSON), catalogued boolean (it has 档号, lies in a volume, or no event handled it)
SELECT
    m.id,
    m."title",
    m."date",
    m."medium",
    m."form",
    m."pages",
    m."class",
    m."retention",
    m."archive_no",
    m."doc_no",
    m."responsible",
    m."secrecy",
    m."valid_until",
    m."attributes",
    m.archive_no IS NOT NULL OR f.id IS NOT NULL OR h.id IS NULL AS catalogued
FROM "Material" m
    LEFT JOIN (
        SELECT DISTINCT f.from_id AS id FROM "FILED_IN" f WHERE f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    ) f ON f.id = m.id
    LEFT JOIN (
        SELECT t.to_id AS id FROM "RECEIVED" t WHERE t.to_label = 'Material' AND t."load" <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
        UNION
        SELECT t.to_id AS id FROM "USED" t WHERE t.to_label = 'Material' AND t."load" <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
        UNION
        SELECT t.to_id AS id FROM "PRODUCED" t WHERE t.to_label = 'Material' AND t."load" <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
        UNION
        SELECT t.to_id AS id FROM "TOUCHED" t WHERE t.to_label = 'Material' AND t."load" <= $load AND (t.withdrawn IS NULL OR t.withdrawn > $load)
    ) h ON h.id = m.id
WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
ORDER BY m.id
