-- How many materials are of each type and class, by how that was found.
-- Parameters: $load integer, $before text (YYYYMMDD; the historic classes are of records dated before)
-- Columns: scheme text (type, si, personnel, historic), class text (null for none), method text (null for unclassified), materials integer
WITH material AS (
    SELECT m.*, t.to_id AS type_id, t.method AS type_method
    FROM "Material" m LEFT JOIN "OF_TYPE" t ON t.from_id = m.id AND t."load" <= $load
    WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
), said AS (
    SELECT 'type' AS scheme, type_id AS "class", type_method AS method FROM material
    UNION ALL
    SELECT 'si', si_class, si_method FROM material
    UNION ALL
    SELECT 'personnel', personnel_class, personnel_method FROM material
    UNION ALL
    SELECT 'historic', historic_class, historic_method
    FROM material
    WHERE historic_method IS NOT NULL OR (regexp_full_match("date", '[0-9]{8}') AND "date" < $before)
)
SELECT scheme, "class", method, count(*) AS materials
FROM said
GROUP BY ALL
ORDER BY scheme, "class" NULLS LAST, method NULLS LAST
