-- Every submission of a material in a case, with those whose it is: the persons who applied, or, where no person did, the organisations; and materials with those whom they are about.
-- Parameters: $load integer
-- Columns: material_id text, type_id text, title text, date text, valid_until text, event_id text, at integer (epoch ms), offset integer (s), subject_label text, subject_id text; event_id, at and offset are null for whom a material is about
WITH material AS (
    SELECT m.id, t.to_id AS type_id, m.title, m.date, m.valid_until
    FROM "Material" m LEFT JOIN "OF_TYPE" t ON t.from_id = m.id AND t."load" <= $load
    WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
), persons AS (
    SELECT DISTINCT to_id AS case_id
    FROM "APPLIED"
    WHERE from_label = 'Person' AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
), applied AS (
    SELECT a.to_id AS case_id, a.from_label, a.from_id
    FROM "APPLIED" a LEFT JOIN persons p ON p.case_id = a.to_id
    WHERE (a.from_label = 'Person' OR p.case_id IS NULL)
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
), submission AS (
    SELECT DISTINCT r.to_id AS material_id, e.id AS event_id, e."at", e."offset", a.from_label, a.from_id
    FROM "RECEIVED" r
    JOIN "Event" e ON e.id = r.from_id AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
    JOIN "IN_CASE" i ON i.from_id = e.id AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    LEFT JOIN applied a ON a.case_id = i.to_id
    WHERE r.to_label = 'Material' AND r."load" <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
), catalogued AS (
    SELECT DISTINCT b.from_id AS material_id, b.to_label, b.to_id
    FROM "ABOUT" b
    WHERE b.from_label = 'Material' AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
)
SELECT
    m.id AS material_id,
    m.type_id,
    m.title,
    m.date,
    m.valid_until,
    s.event_id,
    epoch_ms(s."at") AS "at",
    s."offset",
    s.from_label AS subject_label,
    s.from_id AS subject_id
FROM material m JOIN submission s ON s.material_id = m.id
UNION ALL
SELECT m.id, m.type_id, m.title, m.date, m.valid_until, NULL, NULL, NULL, c.to_label, c.to_id
FROM material m JOIN catalogued c ON c.material_id = m.id
ORDER BY material_id, event_id NULLS LAST, subject_label NULLS LAST, subject_id NULLS LAST, type_id NULLS LAST
