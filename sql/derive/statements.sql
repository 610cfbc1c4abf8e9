-- What the standing facts about persons or organisations state in the fields that they are shown with.
-- Parameters: $ids list of text (persons or organisations), $fields list of text
-- Columns: subject_id text, field text, fact_id text, value text, stated_at integer (epoch ms), event_at integer (epoch ms), material_date text, material_form text, stated_by text (Material, Event), since integer, decided_at integer (epoch ms), record_id text (the record that states it)
WITH fact AS (
    SELECT a.to_id AS subject_id, f.id, f.field, f.value, f.stated_at, f.since
    FROM "ABOUT" a JOIN "Fact" f ON f.id = a.from_id
    WHERE a.to_id IN (SELECT unnest($ids::VARCHAR[])) AND a.to_label IN ('Organisation', 'Person') AND a.from_label = 'Fact'
        AND f.field IN (SELECT unnest($fields::VARCHAR[])) AND a.withdrawn IS NULL AND (f.withdrawn IS NULL OR f.withdrawn < a."load")
), decided AS (
    SELECT l.to_id AS fact_id, max(d.decided_at) AS decided_at
    FROM "DECIDES" l JOIN "Decision" d ON d.id = l.from_id
    WHERE l.to_label = 'Fact' AND d.kind = 'prevailing value' AND l.withdrawn IS NULL AND d.withdrawn IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM "DECIDES" m JOIN "Decision" o ON o.id = m.from_id
            WHERE m.to_id = l.to_id AND m.to_label = 'Fact' AND o.overrides = d.id AND m.withdrawn IS NULL AND o.withdrawn IS NULL
        )
    GROUP BY l.to_id
), stated AS (
    SELECT s.to_id AS fact_id, 'Event' AS stated_by, e."at" AS event_at, NULL AS material_date, NULL AS material_form, e.id AS record_id
    FROM "STATES" s JOIN "Event" e ON e.id = s.from_id
    WHERE s.from_label = 'Event' AND s.withdrawn IS NULL AND (e.withdrawn IS NULL OR e.withdrawn < s."load")
        AND s.to_id IN (SELECT id FROM fact)
    UNION ALL
    SELECT s.to_id, 'Material', NULL, m.date, m.form, m.id
    FROM "STATES" s JOIN "Material" m ON m.id = s.from_id
    WHERE s.from_label = 'Material' AND s.withdrawn IS NULL AND (m.withdrawn IS NULL OR m.withdrawn < s."load")
        AND s.to_id IN (SELECT id FROM fact)
)
SELECT DISTINCT
    f.subject_id,
    f.field,
    f.id AS fact_id,
    f.value,
    epoch_ms(f.stated_at) AS stated_at,
    epoch_ms(s.event_at) AS event_at,
    s.material_date,
    s.material_form,
    s.stated_by,
    f.since,
    epoch_ms(d.decided_at) AS decided_at,
    s.record_id
FROM fact f
LEFT JOIN stated s ON s.fact_id = f.id
LEFT JOIN decided d ON d.fact_id = f.id
ORDER BY
    subject_id,
    field,
    fact_id,
    stated_by NULLS LAST,
    event_at NULLS LAST,
    material_date NULLS LAST,
    material_form NULLS LAST,
    record_id NULLS LAST
