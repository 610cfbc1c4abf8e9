-- A page of cases, the latest opened first; cases without an instant last.
-- Parameters: $load integer, $limit integer
-- $item text, $actor text (id or name), $activity text, $unit text (id or name), $status text, $from_at and $to_at integer (epoch ms): filters, null for none
-- $after_at integer (epoch ms; null after cases without instant), $after_id text (id of a case): where the page before ended, null for the first
-- Columns: id, item_id, opened_at, last_at, closed_at, seconds, status, events, region, channel, load, since (instants as epoch ms)
WITH of_activity AS MATERIALIZED (
    SELECT DISTINCT i.to_id
    FROM "IN_CASE" i JOIN "Event" e ON e.id = i.from_id
    WHERE e.activity = $activity
        AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
of_actor AS MATERIALIZED (
    SELECT DISTINCT i.to_id
    FROM "Actor" a JOIN "BY" b ON b.to_id = a.id
        JOIN "Event" e ON e.id = b.from_id JOIN "IN_CASE" i ON i.from_id = e.id
    WHERE (a.id = $actor OR a.name = $actor)
        AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
of_unit AS MATERIALIZED (
    SELECT DISTINCT i.to_id
    FROM "Unit" u JOIN "IN_UNIT" b ON b.to_id = u.id
        JOIN "Event" e ON e.id = b.from_id JOIN "IN_CASE" i ON i.from_id = e.id
    WHERE (u.id = $unit OR u.name = $unit)
        AND e."load" <= $load AND (e.withdrawn IS NULL OR e.withdrawn > $load)
        AND b."load" <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
        AND i."load" <= $load AND (i.withdrawn IS NULL OR i.withdrawn > $load)
),
-- Columns are read for the cases of the page only; those of an activity, actor or unit are few beside all.
page AS (
    SELECT c.rowid AS place
    FROM "Case" c
    WHERE c."load" <= $load AND (c.withdrawn IS NULL OR c.withdrawn > $load)
        AND ($item::VARCHAR IS NULL OR c.item_id = $item)
        AND ($status::VARCHAR IS NULL OR c.status = $status)
        AND ($from_at::BIGINT IS NULL OR c.last_at >= make_timestamp_ms($from_at))
        AND ($to_at::BIGINT IS NULL OR c.opened_at <= make_timestamp_ms($to_at))
        AND (
            $after_id::VARCHAR IS NULL
            OR ($after_at::BIGINT IS NULL AND c.opened_at IS NULL AND c.id > $after_id)
            OR (
                $after_at IS NOT NULL
                AND (
                    c.opened_at IS NULL
                    OR c.opened_at < make_timestamp_ms($after_at)
                    OR (c.opened_at = make_timestamp_ms($after_at) AND c.id > $after_id)
                )
            )
        )
        AND ($activity::VARCHAR IS NULL OR c.id IN (SELECT to_id FROM of_activity))
        AND ($actor::VARCHAR IS NULL OR c.id IN (SELECT to_id FROM of_actor))
        AND ($unit::VARCHAR IS NULL OR c.id IN (SELECT to_id FROM of_unit))
    ORDER BY c.opened_at DESC NULLS LAST, c.id
    LIMIT $limit
)
SELECT
    c.id,
    c.item_id,
    epoch_ms(c.opened_at) AS opened_at,
    epoch_ms(c.last_at) AS last_at,
    epoch_ms(c.closed_at) AS closed_at,
    c.seconds,
    c.status,
    c.events,
    c.region,
    c.channel,
    c."load",
    c.since
FROM "Case" c
WHERE c.rowid IN (SELECT place FROM page)
ORDER BY c.opened_at DESC NULLS LAST, c.id
