-- What the last run of the checks at filing (GD) says of each record that was checked.
-- Parameters: $load integer
-- Columns: material_id text, failed integer, code text (the first that failed)
WITH runs AS (
    SELECT k.to_id AS material_id, r.run_id
    FROM "CheckRun" r
        JOIN "CHECKED" k ON k.from_id = r.id AND k.from_label = 'CheckRun' AND k.to_label = 'Material'
    WHERE r.phase = 'GD'
        AND $load BETWEEN k."load" AND coalesce(k.withdrawn - 1, $load)
        AND $load BETWEEN r."load" AND coalesce(r.withdrawn - 1, $load)
    QUALIFY row_number() OVER (PARTITION BY k.to_id ORDER BY r."load" DESC, r.id DESC) = 1
), failures AS (
    SELECT k.to_id AS material_id, c.run_id, c.id, c.code
    FROM "Check" c
        JOIN "CHECKED" k ON k.from_id = c.id AND k.from_label = 'Check' AND k.to_label = 'Material'
    WHERE c.phase = 'GD' AND c.outcome = 'fail'
        AND $load BETWEEN k."load" AND coalesce(k.withdrawn - 1, $load)
        AND $load BETWEEN c."load" AND coalesce(c.withdrawn - 1, $load)
)
SELECT r.material_id, count(DISTINCT f.id) AS failed, min(f.code) AS code
FROM runs r
    LEFT JOIN failures f ON f.material_id = r.material_id AND f.run_id = r.run_id
GROUP BY r.material_id
ORDER BY r.material_id
