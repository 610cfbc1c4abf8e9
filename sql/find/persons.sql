-- A page of persons by prevailing name; persons without a name last.
-- Parameters: $load integer, $limit integer
-- $text text: an id, the beginning of a name, null for all; $number text: the text as a valid number, null where it is none
-- $after_name text (null after persons without name), $after_id text (id of a person): where the page before ended, null for the first
-- Columns: id, name, id_no, gender, birth_date text, erased integer (the load that erased it, null else)
SELECT id, name, id_no, gender, birth_date, erased
FROM "Person"
WHERE "load" <= $load AND (withdrawn IS NULL OR withdrawn > $load)
    AND ($text::VARCHAR IS NULL OR id = $text OR id_no = $number::VARCHAR OR starts_with(name, $text))
    AND (
        $after_id::VARCHAR IS NULL
        OR ($after_name::VARCHAR IS NULL AND name IS NULL AND id > $after_id)
        OR (
            $after_name IS NOT NULL
            AND (name IS NULL OR name > $after_name OR (name = $after_name AND id > $after_id))
        )
    )
ORDER BY name NULLS LAST, id
LIMIT $limit
