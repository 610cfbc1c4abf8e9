-- What was decided, the latest first.
-- Parameters: $load integer, $limit integer, $skip integer
-- $kind text: null for all; $about text: id of a decision or of what one is about, null for all; $quoted text: the same as JSON
-- Columns: id text, kind text, who text, decided_at integer (epoch ms), why text, what text (JSON), overrides text, number integer (its load), reversed_by text (the decision that reverses it)
SELECT
    d.id,
    d.kind,
    d.who,
    epoch_ms(d.decided_at) AS decided_at,
    d.why,
    d.what,
    d.overrides,
    d."load" AS number,
    r.id AS reversed_by
FROM "Decision" d
LEFT JOIN (
    SELECT overrides, min(id) AS id
    FROM "Decision"
    WHERE "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
    GROUP BY overrides
) r ON r.overrides = d.id
WHERE d."load" <= $load AND (d.withdrawn IS NULL OR d.withdrawn > $load)
    AND ($kind::VARCHAR IS NULL OR d.kind = $kind)
    AND ($about::VARCHAR IS NULL OR d.id = $about OR d.overrides = $about OR contains(d.what, $quoted::VARCHAR))
ORDER BY number DESC, d.id
LIMIT $limit OFFSET $skip
