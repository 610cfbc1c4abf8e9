-- The applicants of cases, the load that says so, and whether an event of the case states a fact about them.
-- Parameters: $ids list of text (cases)
-- Columns: case_id text, subject_label text, subject_id text, role text, load integer, stated boolean
WITH applied AS (
    SELECT to_id AS case_id, from_label AS subject_label, from_id AS subject_id, role, load
    FROM "APPLIED"
    WHERE to_id IN (SELECT unnest($ids::VARCHAR[])) AND withdrawn IS NULL
),
stated AS (
    SELECT DISTINCT i.to_id AS case_id, a.to_label AS subject_label, a.to_id AS subject_id
    FROM "IN_CASE" i
    JOIN "STATES" s ON s.from_label = 'Event' AND s.from_id = i.from_id
    JOIN "ABOUT" a ON a.from_label = 'Fact' AND a.from_id = s.to_id
    WHERE i.to_id IN (SELECT unnest($ids::VARCHAR[]))
        AND i.withdrawn IS NULL AND s.withdrawn IS NULL AND a.withdrawn IS NULL
)
SELECT applied.case_id, applied.subject_label, applied.subject_id, applied.role, applied.load, stated.case_id IS NOT NULL AS stated
FROM applied LEFT JOIN stated USING (case_id, subject_label, subject_id)
ORDER BY case_id, subject_label, subject_id, role NULLS LAST
