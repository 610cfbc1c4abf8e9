// A page of cases, the latest opened first; cases without an instant last.
// Parameters: $load integer, $limit integer
// $item text, $actor text (id or name), $activity text, $unit text (id or name), $status text, $from_at and $to_at integer (epoch ms): filters, null for none
// $after_at integer (epoch ms; null after cases without instant), $after_id text (id of a case): where the page before ended, null for the first
// Columns: id, item_id, opened_at, last_at, closed_at, seconds, status, events, region, channel, load, since (instants as epoch ms)
OPTIONAL MATCH (last:Case {id: $after_id})
WITH last
MATCH (c:Case)
WHERE c.load <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
    AND ($item IS NULL OR c.item_id = $item)
    AND ($status IS NULL OR c.status = $status)
    AND ($from_at IS NULL OR c.last_at >= datetime({epochMillis: $from_at}))
    AND ($to_at IS NULL OR c.opened_at <= datetime({epochMillis: $to_at}))
    AND (
        $after_id IS NULL
        OR ($after_at IS NOT NULL AND c.opened_at IS NULL)
        OR c.opened_at.epochMillis < $after_at
        OR (
            (c.opened_at.epochMillis = $after_at OR ($after_at IS NULL AND c.opened_at IS NULL))
            // ORDER BY orders ids by code point, < by UTF-16 unit: a page that ended by the one must go on by it.
            AND c <> last
            AND COLLECT { UNWIND [c, last] AS x RETURN x ORDER BY x.id LIMIT 1 }[0] = last
        )
    )
    AND ($activity IS NULL OR EXISTS {
        MATCH (c)<-[i:IN_CASE]-(e:Event {activity: $activity})
        WHERE e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    })
    AND ($actor IS NULL OR EXISTS {
        MATCH (c)<-[i:IN_CASE]-(e:Event)-[b:BY]->(a:Actor)
        WHERE (a.id = $actor OR a.name = $actor)
            AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
            AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    })
    AND ($unit IS NULL OR EXISTS {
        MATCH (c)<-[i:IN_CASE]-(e:Event)-[b:IN_UNIT]->(u:Unit)
        WHERE (u.id = $unit OR u.name = $unit)
            AND e.load <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
            AND b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
            AND i.load <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
    })
WITH c, c.opened_at IS NULL AS undated
ORDER BY undated, c.opened_at DESC, c.id
LIMIT $limit
RETURN
    c.id AS id,
    c.item_id AS item_id,
    c.opened_at.epochMillis AS opened_at,
    c.last_at.epochMillis AS last_at,
    c.closed_at.epochMillis AS closed_at,
    c.seconds AS seconds,
    c.status AS status,
    c.events AS events,
    c.region AS region,
    c.channel AS channel,
    c.load AS load,
    c.since AS since
ORDER BY opened_at IS NULL, opened_at DESC, id
