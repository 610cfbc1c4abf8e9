// What the last run of the checks at filing (GD) says of each record that was checked.
// Parameters: $load integer
// Columns: material_id text, failed integer, code text (the first that failed)
MATCH (m:Material)<-[k:CHECKED]-(r:CheckRun {phase: 'GD'})
WHERE k.load <= $load AND (k.withdrawn IS NULL OR k.withdrawn > $load)
    AND r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
WITH m, r ORDER BY r.load DESC, r.id DESC
WITH m, collect(r.run_id)[0] AS run_id
OPTIONAL MATCH (m)<-[l:CHECKED]-(f:Check {phase: 'GD', outcome: 'fail', run_id: run_id})
WHERE l.load <= $load AND (l.withdrawn IS NULL OR l.withdrawn > $load)
    AND f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
RETURN m.id AS material_id, count(DISTINCT f) AS failed, min(f.code) AS code
ORDER BY material_id
