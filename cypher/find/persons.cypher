// A page of persons by prevailing name; persons without a name last.
// Parameters: $load integer, $limit integer
// $text text: an id, the beginning of a name, null for all; $number text: the text as a valid number, null where it is none
// $after_name text (null after persons without name), $after_id text (id of a person): where the page before ended, null for the first
// Columns: id, name, id_no, gender, birth_date text, erased integer (the load that erased it, null else)
OPTIONAL MATCH (last:Person {id: $after_id})
WITH last
MATCH (p:Person)
WHERE p.load <= $load AND (p.withdrawn IS NULL OR p.withdrawn > $load)
    AND ($text IS NULL OR p.id = $text OR p.id_no = $number OR p.name STARTS WITH $text)
    AND (
        $after_id IS NULL
        OR ($after_name IS NOT NULL AND (p.name IS NULL OR p.name > $after_name))
        OR (
            (p.name = $after_name OR ($after_name IS NULL AND p.name IS NULL))
            // ORDER BY orders ids by code point, > by UTF-16 unit: a page that ended by the one must go on by it.
            AND p <> last
            AND COLLECT { UNWIND [p, last] AS x RETURN x ORDER BY x.id LIMIT 1 }[0] = last
        )
    )
RETURN p.id AS id, p.name AS name, p.id_no AS id_no, p.gender AS gender, p.birth_date AS birth_date, p.erased AS erased
ORDER BY name, id
LIMIT $limit
