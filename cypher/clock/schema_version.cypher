// Which version of the schema the store was made by.
// Parameters: none
// Columns: schema_version integer
MATCH (a:Archive {id: 'archive'})
RETURN a.schema_version AS schema_version
ORDER BY schema_version
