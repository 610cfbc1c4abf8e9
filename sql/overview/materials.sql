-- How many materials there are by the year of their date.
-- Parameters: $load integer
-- Columns: year (null where the date does not begin with four digits), materials
SELECT
    TRY_CAST(nullif(regexp_extract(m."date", '^[0-9]{4}'), '') AS INTEGER) AS year,
    count(*) AS materials
FROM "Material" m
WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
GROUP BY ALL
ORDER BY year NULLS LAST
