-- Opens a load under the next number, if none is open.
-- Parameters: $source text, $system text, $sha256 text, $mapping text, $mapping_sha256 text, $mode text, $holder text, $header text, $salt text, $now integer (epoch ms), $lease_until integer (epoch ms)
-- Columns: number integer; no row where one is open
INSERT INTO "Load" (id, number, opened_at, state, lease_until, source, system, sha256, mapping, mapping_sha256, mode, holder, header, salt)
SELECT
    (coalesce(max(number), 0) + 1)::VARCHAR,
    coalesce(max(number), 0) + 1,
    make_timestamp_ms($now),
    'open',
    make_timestamp_ms($lease_until),
    $source,
    $system,
    $sha256,
    $mapping,
    $mapping_sha256,
    $mode,
    $holder,
    $header,
    $salt
FROM "Load"
HAVING count(*) FILTER (WHERE state = 'open') = 0
RETURNING number
