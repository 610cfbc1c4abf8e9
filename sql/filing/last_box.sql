-- The highest number that a box of each series has had: its code is the series, `-`, `$mark` and the number.
-- Parameters: $series list of text, $mark text
-- Columns: series text, number integer
WITH numbered AS (
    SELECT series, substr(n.code, length(series || '-' || $mark) + 1) AS rest
    FROM (SELECT DISTINCT unnest($series::VARCHAR[]) AS series) s
        JOIN "Box" n ON starts_with(n.code, series || '-' || $mark)
)
SELECT series, max(CAST(rest AS BIGINT)) AS number
FROM numbered
WHERE regexp_full_match(rest, '[0-9]{1,9}')
GROUP BY series
ORDER BY series
