// Writes the record of the store itself, once.
// Parameters: $schema_version integer
// Columns: id text
MERGE (a:Archive {id: 'archive'})
ON CREATE SET a.schema_version = $schema_version, a.made_at = datetime()
RETURN a.id AS id
