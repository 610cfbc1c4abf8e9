// The cases that a sample can be drawn from, each with the unit of its first event that has one.
// Parameters: $load integer
// $item text, $unit text (id or name of that unit), $from_at and $to_at integer (epoch ms; opened then or later, and before): filters, null for none
// Columns: id text, item_id text, unit_id text, opened_at integer (epoch ms)
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($item IS NULL OR c.item_id = $item)
    AND ($from_at IS NULL OR c.opened_at >= datetime({epochMillis: $from_at}))
    AND ($to_at IS NULL OR c.opened_at < datetime({epochMillis: $to_at}))
CALL (c) {
    OPTIONAL MATCH (c)<-[i:IN_CASE]-(e:Event)-[n:IN_UNIT]->(u:Unit)
    WHERE i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
        AND n.load <= $load AND (n.withdrawn IS NULL OR n.withdrawn > $load)
    RETURN u
    ORDER BY i.sort_at, coalesce(i.seq, 0), e.id, u.id
    LIMIT 1
}
WITH c, u
WHERE $unit IS NULL OR u.id = $unit OR u.name = $unit
RETURN c.id AS id, c.item_id AS item_id, u.id AS unit_id, c.opened_at.epochMillis AS opened_at
ORDER BY id
