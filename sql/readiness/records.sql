-- Of each record what speaks for keeping it without paper: its case, class, medium and files.
-- Parameters: $load integer
-- Columns: material_id text, case_id text (the first), item_id text, accepted_at integer (epoch ms), class text, paper integer (1 where it is not electronic), copies integer (electronic records that digitise it), files integer (its own and those of copies), digests integer (files with one), media text (media types, sorted, with a blank between)
WITH filed AS (
    SELECT from_id AS material_id, min(to_id) AS volume_id
    FROM "FILED_IN"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY from_id
), touched AS (
    SELECT from_id, to_id, "load", withdrawn FROM "RECEIVED" WHERE to_label = 'Material'
    UNION ALL
    SELECT from_id, to_id, "load", withdrawn FROM "USED" WHERE to_label = 'Material'
    UNION ALL
    SELECT from_id, to_id, "load", withdrawn FROM "PRODUCED" WHERE to_label = 'Material'
    UNION ALL
    SELECT from_id, to_id, "load", withdrawn FROM "TOUCHED" WHERE to_label = 'Material'
), cased AS (
    SELECT t.to_id AS material_id, min(c.id) AS case_id
    FROM touched t
        JOIN "IN_CASE" i ON i.from_id = t.from_id
        JOIN "Case" c ON c.id = i.to_id
    WHERE $load BETWEEN t."load" AND coalesce(t.withdrawn - 1, $load) AND $load BETWEEN i."load" AND coalesce(i.withdrawn - 1, $load) AND $load BETWEEN c."load" AND coalesce(c.withdrawn - 1, $load)
    GROUP BY t.to_id
), copied AS (
    SELECT DISTINCT d.to_id AS material_id, d.from_id AS copy_id
    FROM "DIGITISES" d
        JOIN "Material" e ON e.id = d.from_id
    WHERE $load BETWEEN d."load" AND coalesce(d.withdrawn - 1, $load) AND $load BETWEEN e."load" AND coalesce(e.withdrawn - 1, $load)
), copies AS (
    SELECT material_id, count(*) AS copies FROM copied GROUP BY material_id
), own AS (
    SELECT from_id AS material_id, to_id AS file_id FROM "HAS_FILE" WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
), holding AS (
    SELECT material_id, file_id FROM own
    UNION
    SELECT c.material_id, o.file_id FROM copied c JOIN own o ON o.material_id = c.copy_id
), files AS (
    SELECT
        h.material_id,
        count(*) AS files,
        count(f.sha256) AS digests,
        coalesce(string_agg(DISTINCT f.media_type, ' ' ORDER BY f.media_type), '') AS media
    FROM holding h
        JOIN "File" f ON f.id = h.file_id
    GROUP BY h.material_id
), digital AS (
    SELECT DISTINCT material_id FROM own
)
SELECT
    m.id AS material_id,
    k.id AS case_id,
    k.item_id,
    epoch_ms(coalesce(k.accepted_at, k.opened_at)) AS accepted_at,
    coalesce(m."class", v."class") AS "class",
    CASE
        WHEN m.medium = 'electronic' OR m.form = 'e-licence' OR (m.medium IS NULL AND d.material_id IS NOT NULL) THEN 0
        ELSE 1
    END AS paper,
    coalesce(c.copies, 0) AS copies,
    coalesce(f.files, 0) AS files,
    coalesce(f.digests, 0) AS digests,
    coalesce(f.media, '') AS media
FROM "Material" m
    LEFT JOIN filed p ON p.material_id = m.id
    LEFT JOIN "Volume" v ON v.id = p.volume_id
    LEFT JOIN cased s ON s.material_id = m.id
    LEFT JOIN "Case" k ON k.id = s.case_id
    LEFT JOIN copies c ON c.material_id = m.id
    LEFT JOIN files f ON f.material_id = m.id
    LEFT JOIN digital d ON d.material_id = m.id
WHERE $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load) AND m.erased IS NULL
ORDER BY m.id
