-- Checks of records that failed or were not run, of the last run of each phase that looked at the record.
-- Parameters: $load integer, $limit integer
-- $phase text, $property text, $code text, $outcome text, $class text, $room text, $material text (id): filters, null for none
-- $after text: where the page before ended, '' for the first
-- Columns: id text, phase text, property text, code text, outcome text, detail text (JSON), material_id text, title text, class text, room text, since integer (load of the run)
WITH latest AS (
    SELECT DISTINCT ON (r.phase, c.to_id) r.phase, c.to_id AS material_id, r.run_id, r.counts
    FROM "CheckRun" r JOIN "CHECKED" c ON c.from_label = 'CheckRun' AND c.from_id = r.id
    WHERE c.to_label = 'Material' AND r."load" <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
        AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    ORDER BY r.phase, c.to_id, r."load" DESC, r.id DESC
),
rooms AS (
    SELECT f.from_id AS material_id, min(o.code) AS room
    FROM "FILED_IN" f
        JOIN "IN_BOX" b ON b.from_id = f.to_id
        JOIN "ON_SHELF" s ON s.from_id = b.to_id
        JOIN "IN_ROOM" i ON i.from_id = s.to_id
        JOIN "Room" o ON o.id = i.to_id
    WHERE f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
        AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND s."load" <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND o."load" <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    GROUP BY f.from_id
)
SELECT k.id, k.phase, k."property", k.code, k.outcome, k.detail, m.id AS material_id, m.title, m."class", o.room, k."load" AS since
FROM "Check" k
    JOIN "CHECKED" c ON c.from_label = 'Check' AND c.from_id = k.id AND c.to_label = 'Material'
    JOIN latest l ON l.material_id = c.to_id AND l.phase = k.phase AND l.run_id = k.run_id
    JOIN "Material" m ON m.id = c.to_id
    LEFT JOIN rooms o ON o.material_id = m.id
WHERE k."load" <= $load AND (k.withdrawn IS NULL OR k.withdrawn > $load)
    AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
    AND ($phase::VARCHAR IS NULL OR k.phase = $phase)
    AND ($property::VARCHAR IS NULL OR k."property" = $property)
    AND ($code::VARCHAR IS NULL OR k.code = $code)
    AND ($outcome::VARCHAR IS NULL OR k.outcome = $outcome)
    AND ($class::VARCHAR IS NULL OR m."class" = $class)
    AND ($room::VARCHAR IS NULL OR o.room = $room)
    AND ($material::VARCHAR IS NULL OR m.id = $material)
    AND k.id > $after
ORDER BY k.id, m.id
LIMIT $limit
