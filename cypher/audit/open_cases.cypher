// The cases that are open, each with the last instant of its system, after which its source says nothing.
// Parameters: $load integer
// Columns: case_id text, item_id text, last_at integer (epoch ms), until integer (epoch ms)
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
WITH split(c.id, ':')[0] AS system, max(c.last_at) AS until
WITH collect({system: system, until: until}) AS systems
UNWIND systems AS one
MATCH (c:Case {status: 'open'})
WHERE split(c.id, ':')[0] = one.system
    AND c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
RETURN c.id AS case_id, c.item_id AS item_id, c.last_at.epochMillis AS last_at, one.until.epochMillis AS until
ORDER BY case_id
