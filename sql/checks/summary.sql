-- How many records have which outcomes in the last run of each phase that looked at them, by class and room (of several the first).
-- Parameters: $load integer
-- Columns: phase text, counts text (JSON), class text, room text, records integer
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
SELECT l.phase, l.counts, m."class", o.room, count(*) AS records
FROM latest l
    JOIN "Material" m ON m.id = l.material_id
    LEFT JOIN rooms o ON o.material_id = l.material_id
WHERE m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
GROUP BY ALL
ORDER BY l.phase NULLS LAST, l.counts NULLS LAST, m."class" NULLS LAST, o.room NULLS LAST
