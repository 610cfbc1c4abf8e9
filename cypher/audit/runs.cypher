// The done loads of a mode, the latest first, with what they say of themselves.
// Parameters: $mode text
// Columns: number integer, source text, committed_at integer (epoch ms), digest text (of the mapping or rule set), header text (JSON)
MATCH (l:Load {state: 'done', mode: $mode})
RETURN l.number AS number, l.source AS source, l.committed_at.epochMillis AS committed_at, l.mapping_sha256 AS digest, l.header AS header
ORDER BY number DESC
