-- To whom payments go.
-- Parameters: $ids list of text (payments), $load integer
-- Columns: payment_id text, label text (Person, Organisation), subject_id text
SELECT DISTINCT from_id AS payment_id, to_label AS label, to_id AS subject_id
FROM "PAYS"
WHERE from_id IN $ids AND CASE WHEN to_label IN ('Person', 'Organisation') THEN $load BETWEEN "load" AND coalesce(withdrawn - 1, $load) ELSE false END
ORDER BY payment_id, label, subject_id
