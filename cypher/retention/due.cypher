// The records of fixed term that fall due in a year: on 1 January of it their term has run out.
// Parameters: $due integer (year), $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
// Columns: material_id text, archive_no text, class text, retention text, year integer (of its volume, or else of its date), volume_id text
MATCH (m:Material)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK m:Material(id)
WHERE m.id > $after AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
OPTIONAL MATCH (m)-[filed:FILED_IN]->(v:Volume)
WHERE filed.load <= $load AND (filed.withdrawn IS NULL OR filed.withdrawn > $load)
WITH m, v ORDER BY v.id
WITH m, collect(v)[0] AS v
WITH
    m,
    v,
    coalesce(m.class, v.class) AS class,
    coalesce(m.retention, v.retention) AS retention,
    coalesce(v.year, CASE WHEN m.date =~ '(?s)[0-9]{4}.*' AND NOT m.date STARTS WITH '0000' THEN toInteger(substring(m.date, 0, 4)) END) AS year
WHERE retention =~ '[0-9]{1,3}年' AND year + toInteger(substring(retention, 0, size(retention) - 1)) + 1 = $due
RETURN m.id AS material_id, m.archive_no AS archive_no, class, retention, year, v.id AS volume_id
ORDER BY material_id
LIMIT $limit
