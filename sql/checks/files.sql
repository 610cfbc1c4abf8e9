-- The files of all records that are not erased.
-- Parameters: $load integer
-- Columns: material_id text, file_id text, uri text, sha256 text, size integer, media_type text, pages integer
SELECT m.id AS material_id, f.id AS file_id, f.uri, f.sha256, f."size", f.media_type, f.pages
FROM "HAS_FILE" h
    JOIN "Material" m ON m.id = h.from_id
    JOIN "File" f ON f.id = h.to_id
WHERE h."load" <= $load AND (h.withdrawn IS NULL OR h.withdrawn > $load)
    AND m."load" <= $load AND (m.withdrawn IS NULL OR m.withdrawn > $load) AND m.erased IS NULL
    AND f."load" <= $load AND (f.withdrawn IS NULL OR f.withdrawn > $load) AND f.erased IS NULL
ORDER BY m.id, f.id
