// Checks of records that failed or were not run, of the last run of each phase that looked at the record.
// Parameters: $load integer, $limit integer
// $phase text, $property text, $code text, $outcome text, $class text, $room text, $material text (id): filters, null for none
// $after_id text: where the page before ended, null for the first
// Columns: id text, phase text, property text, code text, outcome text, detail text (JSON), material_id text, title text, class text, room text, since integer (load of the run)
MATCH (r:CheckRun)-[c:CHECKED]->(m:Material)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
WITH m, r.phase AS phase, r
ORDER BY r.load DESC, r.id DESC
WITH m, phase, head(collect(r)) AS r
CALL (m) {
    OPTIONAL MATCH (m)-[f:FILED_IN]->(:Volume)-[b:IN_BOX]->(:Box)-[s:ON_SHELF]->(:Shelf)-[i:IN_ROOM]->(o:Room)
    WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
        AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    RETURN min(o.code) AS room
}
MATCH (k:Check {run_id: r.run_id, phase: phase})-[c:CHECKED]->(m)
WHERE k.load <= $load AND (k.withdrawn IS NULL OR k.withdrawn > $load)
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($phase IS NULL OR k.phase = $phase)
    AND ($property IS NULL OR k.property = $property)
    AND ($code IS NULL OR k.code = $code)
    AND ($outcome IS NULL OR k.outcome = $outcome)
    AND ($class IS NULL OR m.class = $class)
    AND ($room IS NULL OR room = $room)
    AND ($material IS NULL OR m.id = $material)
    AND ($after_id IS NULL OR k.id > $after_id)
RETURN
    k.id AS id,
    k.phase AS phase,
    k.property AS property,
    k.code AS code,
    k.outcome AS outcome,
    k.detail AS detail,
    m.id AS material_id,
    m.title AS title,
    m.class AS class,
    room,
    k.load AS since
ORDER BY id, material_id
LIMIT $limit
