-- Of how many items, their standards, types of records, and decisions about titles a load after $since said something new: on these the evaluation of every case rests.
-- Parameters: $since integer
-- Columns: records integer
SELECT count(*) AS records
FROM (
    SELECT n.id FROM "ServiceItem" n WHERE (n.since > $since OR n.withdrawn > $since OR n.erased > $since)
    UNION ALL
    SELECT n.id FROM "ItemVersion" n WHERE (n.since > $since OR n.withdrawn > $since OR n.erased > $since)
    UNION ALL
    SELECT n.id FROM "MaterialType" n WHERE (n.since > $since OR n.withdrawn > $since OR n.erased > $since)
    UNION ALL
    SELECT l.from_id FROM "VERSION_FOR" l WHERE (l."load" > $since OR l.withdrawn > $since)
    UNION ALL
    SELECT d.id
    FROM "Decision" d
    WHERE d.kind = 'class' AND contains(d.what, '"title":')
        AND ((d.since > $since OR d.withdrawn > $since OR d.erased > $since) OR EXISTS (SELECT 1 FROM "Decision" o WHERE o.overrides = d.id AND (o.since > $since OR o.withdrawn > $since OR o.erased > $since)))
)
