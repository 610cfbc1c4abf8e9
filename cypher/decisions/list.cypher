// What was decided, the latest first.
// Parameters: $load integer, $limit integer, $skip integer
// $kind text: null for all; $about text: id of a decision or of what one is about, null for all; $quoted text: the same as JSON
// Columns: id text, kind text, who text, decided_at integer (epoch ms), why text, what text (JSON), overrides text, number integer (its load), reversed_by text (the decision that reverses it)
MATCH (d:Decision)
WHERE d.load <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    AND ($kind IS NULL OR d.kind = $kind)
    AND ($about IS NULL OR d.id = $about OR d.overrides = $about OR d.what CONTAINS $quoted)
RETURN
    d.id AS id,
    d.kind AS kind,
    d.who AS who,
    d.decided_at.epochMillis AS decided_at,
    d.why AS why,
    d.what AS what,
    d.overrides AS overrides,
    d.load AS number,
    COLLECT {
        MATCH (o:Decision)
        WHERE o.overrides = d.id AND o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
        RETURN o.id
        ORDER BY o.id
        LIMIT 1
    }[0] AS reversed_by
ORDER BY number DESC, id
SKIP $skip
LIMIT $limit
