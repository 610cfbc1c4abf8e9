// Other cases of the same applicants, actors, units and records, of each the nearest in time.
// Parameters: $case text (id), $opened_at integer (epoch ms, null where it is not known), $applicants, $actors, $units, $materials list of text, $load integer, $limit integer (cases for each of these)
// Columns: kind text, key_id text, cases integer (how many in all), case_id text, item_id text, opened_at integer (epoch ms), status text
CALL () {
    UNWIND $applicants AS id
    MATCH (k:Person|Organisation {id: id})-[a:APPLIED]->(c:Case)
    WHERE a.load <= $load AND (a.withdrawn IS NULL OR a.withdrawn > $load)
    RETURN 'applicant' AS kind, k, c
    UNION
    UNWIND $actors AS id
    MATCH (k:Actor {id: id})<-[b:BY]-(:Event)-[i:IN_CASE]->(c:Case)
    WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    RETURN 'actor' AS kind, k, c
    UNION
    UNWIND $units AS id
    MATCH (k:Unit {id: id})<-[u:IN_UNIT]-(:Event)-[i:IN_CASE]->(c:Case)
    WHERE u.load <= $load AND (u.withdrawn IS NULL OR u.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    RETURN 'unit' AS kind, k, c
    UNION
    UNWIND $materials AS id
    MATCH (k:Material {id: id})<-[m:RECEIVED|USED|PRODUCED]-(:Event)-[i:IN_CASE]->(c:Case)
    WHERE m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load)
        AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    RETURN 'material' AS kind, k, c
}
WITH DISTINCT kind, k, c
WHERE c.id <> $case AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
WITH kind, k, c
ORDER BY kind, k.id, abs(c.opened_at.epochMillis - $opened_at), c.id
WITH kind, k, collect(c) AS near
UNWIND range(0, size(near[..$limit]) - 1) AS place
WITH kind, k, size(near) AS cases, place, near[place] AS c
RETURN kind, k.id AS key_id, cases, c.id AS case_id, c.item_id AS item_id, c.opened_at.epochMillis AS opened_at, c.status AS status
ORDER BY kind, key_id, place
