// What the standing facts about persons or organisations state in the fields that they are shown with.
// Parameters: $ids list of text (persons or organisations), $fields list of text
// Columns: subject_id text, field text, fact_id text, value text, stated_at integer (epoch ms), event_at integer (epoch ms), material_date text, material_form text, stated_by text (Material, Event), since integer, decided_at integer (epoch ms), record_id text (the record that states it)
UNWIND $ids AS id
MATCH (s:Person|Organisation {id: id})<-[a:ABOUT]-(f:Fact)
WHERE f.field IN $fields AND a.withdrawn IS NULL
    // A record that comes back stands in the store as withdrawn until its load is done.
    AND (f.withdrawn IS NULL OR f.withdrawn < a.load)
OPTIONAL MATCH (f)<-[x:STATES]-(n:Event|Material)
WHERE x.withdrawn IS NULL AND (n.withdrawn IS NULL OR n.withdrawn < x.load)
WITH
    s,
    f,
    n,
    CASE WHEN n:Material THEN 'Material' WHEN n:Event THEN 'Event' END AS stated_by,
    [(f)<-[l:DECIDES]-(d:Decision)
        WHERE d.kind = 'prevailing value' AND l.withdrawn IS NULL AND d.withdrawn IS NULL
            AND NOT EXISTS {
                MATCH (f)<-[m:DECIDES]-(o:Decision)
                WHERE o.overrides = d.id AND m.withdrawn IS NULL AND o.withdrawn IS NULL
            }
        | d.decided_at.epochMillis] AS decided
RETURN DISTINCT
    s.id AS subject_id,
    f.field AS field,
    f.id AS fact_id,
    f.value AS value,
    f.stated_at.epochMillis AS stated_at,
    CASE stated_by WHEN 'Event' THEN n.at.epochMillis END AS event_at,
    CASE stated_by WHEN 'Material' THEN n.date END AS material_date,
    CASE stated_by WHEN 'Material' THEN n.form END AS material_form,
    stated_by,
    f.since AS since,
    reduce(latest = null, at IN decided | CASE WHEN latest IS NULL OR at > latest THEN at ELSE latest END) AS decided_at,
    n.id AS record_id
ORDER BY subject_id, field, fact_id, stated_by, event_at, material_date, material_form, record_id
