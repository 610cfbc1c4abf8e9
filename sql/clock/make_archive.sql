-- Writes the record of the store itself, once.
-- Parameters: $schema_version integer
-- Columns: id text; no row where it is there
INSERT INTO "Archive" (id, schema_version, made_at)
VALUES ('archive', $schema_version, now()::TIMESTAMP)
ON CONFLICT DO NOTHING
RETURNING id
