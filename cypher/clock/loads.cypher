// All loads in their order.
// Parameters: none
// Columns: number, opened_at, committed_at, source, system, sha256, mapping, mapping_sha256, mode, state, holder, lease_until, rows_in, loaded, unchanged, quarantined, withdrawn (instants as epoch ms)
MATCH (l:Load)
RETURN
    l.number AS number,
    l.opened_at.epochMillis AS opened_at,
    l.committed_at.epochMillis AS committed_at,
    l.source AS source,
    l.system AS system,
    l.sha256 AS sha256,
    l.mapping AS mapping,
    l.mapping_sha256 AS mapping_sha256,
    l.mode AS mode,
    l.state AS state,
    l.holder AS holder,
    l.lease_until.epochMillis AS lease_until,
    l.rows_in AS rows_in,
    l.loaded AS loaded,
    l.unchanged AS unchanged,
    l.quarantined AS quarantined,
    l.withdrawn AS withdrawn
ORDER BY number
