// Which types of links, of those that an archive may have none of, it has had by a load.
// Parameters: $load integer
// Columns: type text
CALL () {
    MATCH ()-[r:APPLIED]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'APPLIED' AS type
    UNION
    MATCH ()-[r:CONCERNS]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'CONCERNS' AS type
    UNION
    MATCH ()-[r:DECIDES]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'DECIDES' AS type
    UNION
    MATCH ()-[r:DIGITISES]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'DIGITISES' AS type
    UNION
    MATCH ()-[r:FILED_IN]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'FILED_IN' AS type
    UNION
    MATCH ()-[r:HAS_FILE]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'HAS_FILE' AS type
    UNION
    MATCH ()-[r:PAYS]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'PAYS' AS type
    UNION
    MATCH ()-[r:PRODUCED]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'PRODUCED' AS type
    UNION
    MATCH ()-[r:RECEIVED]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'RECEIVED' AS type
    UNION
    MATCH ()-[r:SAME_AS]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'SAME_AS' AS type
    UNION
    MATCH ()-[r:TOUCHED]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'TOUCHED' AS type
    UNION
    MATCH ()-[r:USED]->()
    WHERE r.load <= $load
    WITH r
    LIMIT 1
    RETURN 'USED' AS type
}
RETURN type
ORDER BY type
