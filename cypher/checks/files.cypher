// The files of all records that are not erased.
// Parameters: $load integer
// Columns: material_id text, file_id text, uri text, sha256 text, size integer, media_type text, pages integer
MATCH (m:Material)-[h:HAS_FILE]->(f:File)
WHERE h.load <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    AND m.load <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
    AND f.load <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load) AND f.erased IS NULL
RETURN m.id AS material_id, f.id AS file_id, f.uri AS uri, f.sha256 AS sha256, f.size AS size, f.media_type AS media_type, f.pages AS pages
ORDER BY material_id, file_id
