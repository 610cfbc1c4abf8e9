// Checks of records that failed or were not run, of the last run of each phase that looked at the record.
// Parameters: $load integer, $limit integer
// $phase text, $property text, $code text, $outcome text, $class text, $room text, $material text (id): filters, null for none
// $after text: where the page before ended, '' for the first
// Columns: id text, phase text, property text, code text, outcome text, detail text (JSON), material_id text, title text, class text, room text, since integer (load of the run)
MATCH (k:Check)
// The index orders ids by code point, as ORDER BY does; without it > would go by UTF-16 unit.
USING INDEX SEEK k:Check(id)
WHERE k.id > $after
    AND k.load <= $load AND (k.withdrawn IS NULL OR k.withdrawn > $load)
    AND ($phase IS NULL OR k.phase = $phase)
    AND ($property IS NULL OR k.property = $property)
    AND ($code IS NULL OR k.code = $code)
    AND ($outcome IS NULL OR k.outcome = $outcome)
MATCH (k)-[c:CHECKED]->(m:Material)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
    AND ($class IS NULL OR m.class = $class)
    AND ($material IS NULL OR m.id = $material)
CALL (k, m) {
    MATCH (r:CheckRun {phase: k.phase})-[d:CHECKED]->(m)
    WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
        AND d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    RETURN r
    ORDER BY r.load DESC, r.id DESC
    LIMIT 1
}
WITH k, m, r
WHERE r.run_id = k.run_id
CALL (m) {
    OPTIONAL MATCH (m)-[f:FILED_IN]->(:Volume)-[b:IN_BOX]->(:Box)-[s:ON_SHELF]->(:Shelf)-[i:IN_ROOM]->(o:Room)
    WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
        AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND s.load <= $load AND (s.withdrawn IS NULL OR s.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    RETURN min(o.code) AS room
}
WITH k, m, room
WHERE $room IS NULL OR room = $room
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
