-- The done loads of a mode, the latest first, with what they say of themselves.
-- Parameters: $mode text
-- Columns: number integer, source text, committed_at integer (epoch ms), digest text (of the mapping or rule set), header text (JSON)
SELECT l.number, l.source, epoch_ms(l.committed_at) AS committed_at, l.mapping_sha256 AS digest, l.header
FROM "Load" l
WHERE l.state = 'done' AND l.mode = $mode
ORDER BY l.number DESC
