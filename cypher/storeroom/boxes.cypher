// The boxes that stand on some shelves, with what is in them.
// Parameters: $ids list of text (shelves), $load integer
// Columns: shelf_id text, position integer, box_id text, code text, kind text, capacity integer (mm), volumes integer, records integer, paper_pages integer, paper_unknown integer (paper records without pages)
UNWIND $ids AS id
WITH DISTINCT id
MATCH (s:Shelf {id: id})<-[o:ON_SHELF]-(b:Box)
WHERE o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
WITH s, b, min(o.position) AS position
OPTIONAL MATCH (b)<-[i:IN_BOX]-(v:Volume)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH DISTINCT s, b, position, v
OPTIONAL MATCH (v)<-[f:FILED_IN]-(m:Material)
WHERE f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load)
WITH s, b, position, v, m, CASE WHEN m IS NOT NULL THEN (coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
        OR (m.medium IS NULL AND EXISTS {
            MATCH (m)-[h:HAS_FILE]->(:File)
            WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
        })) END AS electronic
RETURN
    s.id AS shelf_id,
    position,
    b.id AS box_id,
    b.code AS code,
    coalesce(b.kind, 'physical') AS kind,
    b.capacity AS capacity,
    count(DISTINCT v) AS volumes,
    count(CASE WHEN electronic = (coalesce(b.kind, 'physical') = 'virtual') THEN 1 END) AS records,
    sum(CASE WHEN NOT electronic THEN coalesce(m.pages, 0) ELSE 0 END) AS paper_pages,
    count(CASE WHEN NOT electronic AND m.pages IS NULL THEN 1 END) AS paper_unknown
ORDER BY shelf_id, position IS NULL, position, box_id
