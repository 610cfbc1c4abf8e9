// How many materials there are by the year of their date.
// Parameters: $load integer
// Columns: year (null where the date does not begin with four digits), materials
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
RETURN
    CASE WHEN m.date =~ '(?s)[0-9]{4}.*' THEN toInteger(substring(m.date, 0, 4)) END AS year,
    count(*) AS materials
ORDER BY year IS NULL, year
