-- Electronic records that digitise no paper record which stands.
-- Parameters: $after text (id at which the page before ended, '' for the first), $limit integer, $load integer
-- Columns: id text, class text, volume_id text, other_id text, said integer, found integer
WITH filed AS (
    SELECT from_id AS material_id, min(to_id) AS volume_id
    FROM "FILED_IN"
    WHERE $load BETWEEN "load" AND coalesce(withdrawn - 1, $load)
    GROUP BY from_id
)
SELECT m.id, coalesce(m."class", v."class") AS "class", v.id AS volume_id, NULL::VARCHAR AS other_id, NULL::BIGINT AS said, NULL::BIGINT AS found
FROM "Material" m
    LEFT JOIN filed f ON f.material_id = m.id
    LEFT JOIN "Volume" v ON v.id = f.volume_id
WHERE m.id > $after AND $load BETWEEN m."load" AND coalesce(m.withdrawn - 1, $load) AND m.erased IS NULL
    AND (coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
        OR (m.medium IS NULL AND EXISTS (
            SELECT 1 FROM "HAS_FILE" h WHERE h.from_id = m.id AND $load BETWEEN h."load" AND coalesce(h.withdrawn - 1, $load)
        )))
    AND NOT EXISTS (
        SELECT 1 FROM "DIGITISES" d JOIN "Material" p ON p.id = d.to_id
        WHERE d.from_id = m.id AND $load BETWEEN d."load" AND coalesce(d.withdrawn - 1, $load) AND $load BETWEEN p."load" AND coalesce(p.withdrawn - 1, $load)
    )
ORDER BY m.id
LIMIT $limit
