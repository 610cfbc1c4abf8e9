// Checks of runs as a whole that failed or were not run, of the last run of each phase and scope (the source of its load), and what each run counts.
// Parameters: $load integer
// Columns: run_id text, phase text, source text (of the load), counts text (JSON), since integer (load of the run), id text (of a check, or null), property text, code text, outcome text, detail text (JSON)
MATCH (r:CheckRun)
WHERE r.id = r.run_id AND r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
MATCH (l:Load {number: r.load})
WITH r, r.phase AS phase, l.source AS source
ORDER BY r.load DESC
WITH phase, source, head(collect(r)) AS r
OPTIONAL MATCH (k:Check {run_id: r.run_id})
WHERE k.load <= $load AND (k.withdrawn IS NULL OR k.withdrawn > $load)
    AND NOT EXISTS { (k)-[:CHECKED]->() }
RETURN
    r.run_id AS run_id,
    phase,
    source,
    r.counts AS counts,
    r.load AS since,
    k.id AS id,
    k.property AS property,
    k.code AS code,
    k.outcome AS outcome,
    k.detail AS detail
ORDER BY phase, source, run_id, id
