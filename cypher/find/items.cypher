// All service items with their dated standards, as a load knew them.
// Parameters: $load integer
// Columns: item_id text, version_id text
MATCH (i:ServiceItem)
WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
OPTIONAL MATCH (i)<-[v:VERSION_FOR]-(version:ItemVersion)
WHERE v.load <= $load AND (v.withdrawn IS NULL OR v.withdrawn > $load)
RETURN i.id AS item_id, version.id AS version_id
ORDER BY item_id, version_id
