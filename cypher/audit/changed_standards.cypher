// Of how many items, their standards, types of records, and decisions about titles a load after $since said something new: on these the evaluation of every case rests.
// Parameters: $since integer
// Columns: records integer
CALL () {
    MATCH (n:ServiceItem|ItemVersion|MaterialType)
    WHERE (n.since > $since OR n.withdrawn > $since OR n.erased > $since)
    RETURN count(*) AS found
    UNION ALL
    MATCH (:ItemVersion)-[l:VERSION_FOR]->(:ServiceItem)
    WHERE (l.load > $since OR l.withdrawn > $since)
    RETURN count(*) AS found
    UNION ALL
    MATCH (d:Decision {kind: 'class'})
    WHERE d.what CONTAINS '"title":'
        AND ((d.since > $since OR d.withdrawn > $since OR d.erased > $since) OR EXISTS {
            MATCH (o:Decision)
            WHERE o.overrides = d.id AND (o.since > $since OR o.withdrawn > $since OR o.erased > $since)
        })
    RETURN count(*) AS found
}
RETURN sum(found) AS records
