-- Other cases of the same applicants, actors, units and records, of each the nearest in time.
-- Parameters: $case text (id), $opened_at integer (epoch ms, null where it is not known), $applicants, $actors, $units, $materials list of text, $load integer, $limit integer (cases for each of these)
-- Columns: kind text, key_id text, cases integer (how many in all), case_id text, item_id text, opened_at integer (epoch ms), status text
WITH links AS (
    SELECT 'applicant' AS kind, a.from_id AS key_id, a.to_id AS case_id
    FROM "APPLIED" a
    WHERE a.from_id IN (SELECT unnest($applicants::VARCHAR[]))
        AND a."load" <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    UNION
    SELECT l.kind, l.key_id, i.to_id AS case_id
    FROM (
        SELECT 'actor' AS kind, to_id AS key_id, from_id AS event_id
        FROM "BY"
        WHERE to_id IN (SELECT unnest($actors::VARCHAR[]))
            AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
        UNION ALL
        SELECT 'unit' AS kind, to_id AS key_id, from_id AS event_id
        FROM "IN_UNIT"
        WHERE from_label = 'Event' AND to_id IN (SELECT unnest($units::VARCHAR[]))
            AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
        UNION ALL
        SELECT 'material' AS kind, to_id AS key_id, from_id AS event_id
        FROM (
            SELECT from_id, to_label, to_id, "load", withdrawn FROM "RECEIVED"
            UNION ALL
            SELECT from_id, to_label, to_id, "load", withdrawn FROM "USED"
            UNION ALL
            SELECT from_id, to_label, to_id, "load", withdrawn FROM "PRODUCED"
        ) m
        WHERE to_label = 'Material' AND to_id IN (SELECT unnest($materials::VARCHAR[]))
            AND "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
    ) l
        JOIN "IN_CASE" i ON i.from_id = l.event_id
    WHERE i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
near AS (
    SELECT
        l.kind,
        l.key_id,
        count(*) OVER (PARTITION BY l.kind, l.key_id) AS cases,
        row_number() OVER (
            PARTITION BY l.kind, l.key_id ORDER BY abs(epoch_ms(c.opened_at) - $opened_at::BIGINT) NULLS LAST, c.id
        ) AS place,
        c.id AS case_id,
        c.item_id,
        epoch_ms(c.opened_at) AS opened_at,
        c.status
    FROM links l JOIN "Case" c ON c.id = l.case_id
    WHERE c.id <> $case AND c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
)
SELECT kind, key_id, cases, case_id, item_id, opened_at, status
FROM near
WHERE place <= $limit
ORDER BY kind, key_id, place
