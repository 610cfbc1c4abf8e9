-- What is about persons, organisations or cases, concerns them or pays them: materials, volumes, facts, payments.
-- Parameters: $ids list of text (persons, organisations, cases), $load integer
-- Columns: type text (ABOUT, CONCERNS, PAYS), from_label text, from_id text, to_label text, to_id text
SELECT DISTINCT 'ABOUT' AS type, from_label, from_id, to_label, to_id
FROM "ABOUT"
WHERE to_id IN $ids AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT DISTINCT 'CONCERNS' AS type, from_label, from_id, to_label, to_id
FROM "CONCERNS"
WHERE to_id IN $ids AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
UNION ALL
SELECT DISTINCT 'PAYS' AS type, from_label, from_id, to_label, to_id
FROM "PAYS"
WHERE to_id IN $ids AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
ORDER BY type, from_label, from_id, to_label, to_id
