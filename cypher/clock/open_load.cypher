// Opens a load under the next number, if none is open.
// Parameters: $source text, $system text, $sha256 text, $mapping text, $mapping_sha256 text, $mode text, $holder text, $header text, $salt text, $now integer (epoch ms), $lease_until integer (epoch ms)
// Columns: number integer; no row where one is open
MATCH (a:Archive {id: 'archive'})
SET a.turn = $holder
WITH a
OPTIONAL MATCH (l:Load)
WITH coalesce(max(l.number), 0) + 1 AS number, count(CASE l.state WHEN 'open' THEN 1 END) AS open
WHERE open = 0
CREATE (:Load {
    id: toString(number),
    number: number,
    opened_at: datetime({epochMillis: $now}),
    state: 'open',
    lease_until: datetime({epochMillis: $lease_until}),
    source: $source,
    system: $system,
    sha256: $sha256,
    mapping: $mapping,
    mapping_sha256: $mapping_sha256,
    mode: $mode,
    holder: $holder,
    header: $header,
    salt: $salt
})
RETURN number
