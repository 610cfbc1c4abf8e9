-- Checks of runs as a whole that failed or were not run, of the last run of each phase and scope (the source of its load), and what each run counts.
-- Parameters: $load integer
-- Columns: run_id text, phase text, source text (of the load), counts text (JSON), since integer (load of the run), id text (of a check, or null), property text, code text, outcome text, detail text (JSON)
WITH latest AS (
    SELECT DISTINCT ON (r.phase, l.source) r.id, r.run_id, r.phase, l.source, r.counts, r."load" AS since
    FROM "CheckRun" r JOIN "Load" l ON l."number" = r."load"
    WHERE r.id = r.run_id AND r."load" <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
    ORDER BY r.phase, l.source, r."load" DESC
),
unlinked AS (
    SELECT k.*
    FROM "Check" k
    WHERE k."load" <= $load AND (k.withdrawn IS NULL OR k.withdrawn > $load)
        AND NOT EXISTS (SELECT 1 FROM "CHECKED" c WHERE c.from_label = 'Check' AND c.from_id = k.id)
)
SELECT l.run_id, l.phase, l.source, l.counts, l.since, k.id, k."property", k.code, k.outcome, k.detail
FROM latest l LEFT JOIN unlinked k ON k.run_id = l.run_id
ORDER BY l.phase NULLS LAST, l.source NULLS LAST, l.run_id, k.id NULLS LAST
