-- The boxes of some codes, with what is in them: volumes, and the pages of their paper records.
-- Parameters: $codes list of text, $load integer
-- Columns: box_id text, code text, capacity integer (mm), volumes integer, last_position integer (ever), paper_pages integer, paper_unknown integer (records without pages)
WITH boxes AS (
    SELECT id, code, capacity
    FROM "Box"
    WHERE code IN (SELECT unnest($codes::VARCHAR[])) AND $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
), held AS (
    SELECT to_id AS box_id, from_id AS volume_id, "position", coalesce(withdrawn > $load, true) AS stands
    FROM "IN_BOX"
    WHERE to_id IN (SELECT id FROM boxes) AND "load" <= $load
), counted AS (
    SELECT box_id, max("position") AS last_position, count(DISTINCT volume_id) FILTER (stands) AS volumes
    FROM held
    GROUP BY box_id
), pages AS (
    SELECT h.box_id, sum(m.pages)::BIGINT AS paper_pages, count(*) FILTER (m.pages IS NULL) AS paper_unknown
    FROM (SELECT DISTINCT box_id, volume_id FROM held WHERE stands) h
        JOIN "FILED_IN" f ON f.to_id = h.volume_id
        JOIN "Material" m ON m.id = f.from_id
    WHERE $load BETWEEN f."load" AND coalesce(f.withdrawn - 1, $load)
        AND NOT (coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
            OR (m.medium IS NULL AND EXISTS (
                SELECT 1 FROM "HAS_FILE" h
                WHERE h.from_id = m.id AND $load BETWEEN h."load" AND coalesce(h.withdrawn - 1, $load)
            )))
    GROUP BY h.box_id
)
SELECT
    b.id AS box_id,
    b.code,
    b.capacity,
    coalesce(c.volumes, 0) AS volumes,
    c.last_position,
    coalesce(p.paper_pages, 0) AS paper_pages,
    coalesce(p.paper_unknown, 0) AS paper_unknown
FROM boxes b
    LEFT JOIN counted c ON c.box_id = b.id
    LEFT JOIN pages p ON p.box_id = b.id
ORDER BY b.id
