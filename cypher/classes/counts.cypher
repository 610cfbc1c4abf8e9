// How many materials are of each type and class, by how that was found.
// Parameters: $load integer, $before text (YYYYMMDD; the historic classes are of records dated before)
// Columns: scheme text (type, si, personnel, historic), class text (null for none), method text (null for unclassified), materials integer
MATCH (m:Material)
WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
OPTIONAL MATCH (m)-[o:OF_TYPE]->(t:MaterialType)
WHERE o.load <= $load
UNWIND [
    ['type', t.id, o.method],
    ['si', m.si_class, m.si_method],
    ['personnel', m.personnel_class, m.personnel_method],
    ['historic', m.historic_class, m.historic_method]
] AS said
WITH m, said
WHERE said[0] <> 'historic' OR said[2] IS NOT NULL OR (m.date =~ '[0-9]{8}' AND m.date < $before)
RETURN said[0] AS scheme, said[1] AS class, said[2] AS method, count(*) AS materials
ORDER BY scheme, class IS NULL, class, method IS NULL, method
