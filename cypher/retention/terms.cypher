// How many records there are of each class, retention and year in which they were formed.
// Parameters: $load integer
// Columns: class text, retention text, year integer (of its volume, or else of its date), records integer
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
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
RETURN class, retention, year, count(*) AS records
ORDER BY class IS NULL, class, retention IS NULL, retention, year IS NULL, year
