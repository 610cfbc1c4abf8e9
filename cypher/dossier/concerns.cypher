// The facts that concern organisations: who is employed there or insured by it.
// Parameters: $ids list of text (organisations), $load integer
// Columns: fact_id text, organisation_id text
// Order: by the columns, sorted once read
UNWIND $ids AS id
MATCH (o:Organisation {id: id})<-[r:CONCERNS]-(f:Fact)
WHERE r.load <= $load AND (r.withdrawn IS NULL OR r.withdrawn > $load)
RETURN f.id AS fact_id, o.id AS organisation_id
