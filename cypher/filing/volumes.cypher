// The volumes that filing made of some bases, with what is in them and in which boxes they are.
// Parameters: $ids list of text (bases), $load integer
// Columns: volume_id text, code text, basis text, class text, year integer, retention text, last_position integer (ever), paper integer (records), paper_pages integer, paper_unknown integer (records without pages), electronic integer (records), box_id text (physical), virtual_box_id text
UNWIND $ids AS basis
WITH DISTINCT basis
MATCH (v:Volume {basis: basis})
WHERE v.load <= $load AND (v.withdrawn IS NULL OR v.withdrawn > $load)
OPTIONAL MATCH (v)<-[f:FILED_IN]-(m:Material)
WHERE f.load <= $load
WITH
    v,
    max(f.position) AS last_position,
    collect(CASE WHEN f IS NOT NULL AND (f.withdrawn IS NULL OR f.withdrawn > $load) THEN {
        pages: m.pages,
        electronic: coalesce(m.medium = 'electronic', false) OR coalesce(m.form = 'e-licence', false)
            OR (m.medium IS NULL AND EXISTS {
                MATCH (m)-[h:HAS_FILE]->(:File)
                WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
            })
    } END) AS held
WITH v, last_position, [one IN held WHERE NOT one.electronic] AS paper, size(held) AS records
WITH
    v,
    last_position,
    size(paper) AS paper,
    reduce(s = 0, one IN paper | s + coalesce(one.pages, 0)) AS paper_pages,
    size([one IN paper WHERE one.pages IS NULL]) AS paper_unknown,
    records - size(paper) AS electronic
OPTIONAL MATCH (v)-[i:IN_BOX]->(b:Box)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
WITH
    v, last_position, paper, paper_pages, paper_unknown, electronic,
    min(CASE WHEN coalesce(b.kind, 'physical') <> 'virtual' THEN b.id END) AS box_id,
    min(CASE WHEN b.kind = 'virtual' THEN b.id END) AS virtual_box_id
RETURN
    v.id AS volume_id,
    v.code AS code,
    v.basis AS basis,
    v.class AS class,
    v.year AS year,
    v.retention AS retention,
    last_position,
    paper,
    paper_pages,
    paper_unknown,
    electronic,
    box_id,
    virtual_box_id
ORDER BY volume_id
