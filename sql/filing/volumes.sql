-- The volumes that filing made of some bases, with what is in them and in which boxes they are.
-- Parameters: $ids list of text (bases), $load integer
-- Columns: volume_id text, code text, basis text, class text, year integer, retention text, last_position integer (ever), paper integer (records), paper_pages integer, paper_unknown integer (records without pages), electronic integer (records), box_id text (physical), virtual_box_id text
WITH volumes AS (
    SELECT id, code, basis, "class", "year", retention
    FROM "Volume"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
        AND basis IN (SELECT unnest($ids::VARCHAR[]))
), digital AS (
    SELECT DISTINCT from_id AS material_id
    FROM "HAS_FILE"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
), filed AS (
    SELECT
        f.to_id AS volume_id,
        f."position",
        coalesce(f.withdrawn > $load, true) AS stands,
        m.pages,
        coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
            OR (m.medium IS NULL AND d.material_id IS NOT NULL) AS electronic
    FROM "FILED_IN" f
        JOIN "Material" m ON m.id = f.from_id
        LEFT JOIN digital d ON d.material_id = f.from_id
    WHERE f."load" <= $load AND f.to_id IN (SELECT id FROM volumes)
), contents AS (
    SELECT
        volume_id,
        max("position") AS last_position,
        count(*) FILTER (stands AND NOT electronic) AS paper,
        coalesce(sum(pages) FILTER (stands AND NOT electronic), 0)::BIGINT AS paper_pages,
        count(*) FILTER (stands AND NOT electronic AND pages IS NULL) AS paper_unknown,
        count(*) FILTER (stands AND electronic) AS electronic
    FROM filed
    GROUP BY volume_id
), boxed AS (
    SELECT
        i.from_id AS volume_id,
        min(b.id) FILTER (coalesce(b.kind, 'physical') <> 'virtual') AS box_id,
        min(b.id) FILTER (b.kind = 'virtual') AS virtual_box_id
    FROM "IN_BOX" i
        JOIN "Box" b ON b.id = i.to_id
    WHERE $load BETWEEN i."load" AND coalesce(i.withdrawn - 1, $load)
    GROUP BY i.from_id
)
SELECT
    v.id AS volume_id,
    v.code,
    v.basis,
    v."class",
    v."year",
    v.retention,
    c.last_position,
    coalesce(c.paper, 0) AS paper,
    coalesce(c.paper_pages, 0) AS paper_pages,
    coalesce(c.paper_unknown, 0) AS paper_unknown,
    coalesce(c.electronic, 0) AS electronic,
    b.box_id,
    b.virtual_box_id
FROM volumes v
    LEFT JOIN contents c ON c.volume_id = v.id
    LEFT JOIN boxed b ON b.volume_id = v.id
ORDER BY v.id
