// The boxes of some codes, with what is in them: volumes, and the pages of their paper records.
// Parameters: $codes list of text, $load integer
// Columns: box_id text, code text, capacity integer (mm), volumes integer, last_position integer (ever), paper_pages integer, paper_unknown integer (records without pages)
UNWIND $codes AS code
WITH DISTINCT code
MATCH (b:Box {code: code})
WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
OPTIONAL MATCH (b)<-[i:IN_BOX]-(v:Volume)
WHERE i.load <= $load
WITH b, max(i.position) AS last_position,
    collect(DISTINCT CASE WHEN i.withdrawn IS NULL OR i.withdrawn > $load THEN v END) AS volumes
UNWIND CASE volumes WHEN [] THEN [null] ELSE volumes END AS v
OPTIONAL MATCH (v)<-[f:FILED_IN]-(m:Material)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
    AND NOT (coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
        OR (m.medium IS NULL AND EXISTS {
            MATCH (m)-[h:HAS_FILE]->(:File)
            WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
        }))
RETURN
    b.id AS box_id,
    b.code AS code,
    b.capacity AS capacity,
    size(volumes) AS volumes,
    last_position,
    sum(m.pages) AS paper_pages,
    count(m) - count(m.pages) AS paper_unknown
ORDER BY box_id
