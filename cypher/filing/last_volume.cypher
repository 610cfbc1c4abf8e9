// The highest number that a volume of each series has had: its code is the series, `-`, `$mark` and the number.
// Parameters: $series list of text, $mark text
// Columns: series text, number integer
UNWIND $series AS series
WITH DISTINCT series
MATCH (n:Volume)
WHERE n.code STARTS WITH series + '-' + $mark
WITH series, substring(n.code, size(series + '-' + $mark)) AS rest
WHERE rest =~ '[0-9]{1,9}'
RETURN series, max(toInteger(rest)) AS number
ORDER BY series
