// A page of persons by prevailing name; persons without a name last.
// Parameters: $load integer, $limit integer
// $text text: an id, the beginning of a name, null for all; $number text: the text as a valid number, null where it is none
// $after_name text (null after persons without name), $after_id text (id of a person): where the page before ended, null for the first
// Columns: id, name, id_no, gender, birth_date text, erased integer (the load that erased it, null else)
CALL () {
    WITH 1 AS first
    WHERE $after_id IS NULL
    MATCH (p:Person)
    RETURN p
    UNION ALL
    // The indexes order names and ids by code point, as ORDER BY does; without them > would go by UTF-16 unit.
    MATCH (p:Person)
    USING INDEX SEEK p:Person(name)
    WHERE p.name > $after_name AND $after_id IS NOT NULL
    RETURN p
    UNION ALL
    MATCH (p:Person)
    USING INDEX SEEK p:Person(id)
    WHERE p.id > $after_id AND (p.name = $after_name OR ($after_name IS NULL AND p.name IS NULL))
    RETURN p
    UNION ALL
    WITH 1 AS others
    WHERE $after_id IS NOT NULL AND $after_name IS NOT NULL
    MATCH (p:Person)
    WHERE p.name IS NULL
    RETURN p
}
WITH p
WHERE p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
    AND ($text IS NULL OR p.id = $text OR p.id_no = $number OR p.name STARTS WITH $text)
RETURN p.id AS id, p.name AS name, p.id_no AS id_no, p.gender AS gender, p.birth_date AS birth_date, p.erased AS erased
ORDER BY name, id
LIMIT $limit
