// Writes the record of the store itself, once.
// Parameters: $schema_version integer
// Columns: id text; no row where it is there
OPTIONAL MATCH (there:Archive {id: 'archive'})
WITH there
WHERE there IS NULL
MERGE (a:Archive {id: 'archive'})
ON CREATE SET a.schema_version = $schema_version, a.made_at = datetime()
RETURN a.id AS id
