-- All loads in their order.
-- Parameters: none
-- Columns: number, opened_at, committed_at, source, system, sha256, mapping, mapping_sha256, mode, state, holder, lease_until, rows_in, loaded, unchanged, quarantined, withdrawn (instants as epoch ms)
SELECT
    number,
    epoch_ms(opened_at) AS opened_at,
    epoch_ms(committed_at) AS committed_at,
    source,
    system,
    sha256,
    mapping,
    mapping_sha256,
    mode,
    state,
    holder,
    epoch_ms(lease_until) AS lease_until,
    rows_in,
    loaded,
    unchanged,
    quarantined,
    withdrawn
FROM "Load"
ORDER BY number
