-- The boxes that stand on some shelves, with what is in them.
-- Parameters: $ids list of text (shelves), $load integer
-- Columns: shelf_id text, position integer, box_id text, code text, kind text, capacity integer (mm), volumes integer, records integer, paper_pages integer, paper_unknown integer (paper records without pages)
WITH stood AS (
    SELECT to_id AS shelf_id, from_id AS box_id, min("position") AS "position"
    FROM "ON_SHELF"
    WHERE to_id IN (SELECT unnest($ids::VARCHAR[])) AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY to_id, from_id
), held AS (
    SELECT DISTINCT to_id AS box_id, from_id AS volume_id
    FROM "IN_BOX"
    WHERE to_id IN (SELECT box_id FROM stood) AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
), digital AS (
    SELECT DISTINCT from_id AS material_id FROM "HAS_FILE" WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
), filed AS (
    SELECT
        f.to_id AS volume_id,
        m.pages,
        coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
            OR (m.medium IS NULL AND d.material_id IS NOT NULL) AS electronic
    FROM "FILED_IN" f
        JOIN "Material" m ON m.id = f.from_id
        LEFT JOIN digital d ON d.material_id = m.id
    WHERE f.to_id IN (SELECT volume_id FROM held) AND $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load)
), contents AS (
    SELECT
        h.box_id,
        count(DISTINCT h.volume_id) AS volumes,
        count(*) FILTER (f.electronic) AS electronic,
        count(*) FILTER (NOT f.electronic) AS paper,
        coalesce(sum(f.pages) FILTER (NOT f.electronic), 0)::BIGINT AS paper_pages,
        count(*) FILTER (NOT f.electronic AND f.pages IS NULL) AS paper_unknown
    FROM held h
        LEFT JOIN filed f ON f.volume_id = h.volume_id
    GROUP BY h.box_id
)
SELECT
    s.shelf_id,
    s."position",
    b.id AS box_id,
    b.code,
    coalesce(b.kind, 'physical') AS kind,
    b.capacity,
    coalesce(c.volumes, 0) AS volumes,
    coalesce(CASE WHEN b.kind = 'virtual' THEN c.electronic ELSE c.paper END, 0) AS records,
    coalesce(c.paper_pages, 0) AS paper_pages,
    coalesce(c.paper_unknown, 0) AS paper_unknown
FROM stood s
    JOIN "Box" b ON b.id = s.box_id
    LEFT JOIN contents c ON c.box_id = s.box_id
ORDER BY s.shelf_id, s."position" NULLS LAST, b.id
