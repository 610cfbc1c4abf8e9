// Persons and organisations that a text names, by id, number or prevailing name.
// Parameters: $text text, $number text (the same as a valid number, null where it is none)
// Columns: label text, id text, how text (id, number, name)
CALL () {
    MATCH (o:Organisation)
    WHERE o.id = $text OR o.credit_code = $number OR o.name = $text
    RETURN
        'Organisation' AS label,
        o.id AS id,
        CASE WHEN o.id = $text THEN 'id' WHEN o.credit_code = $number THEN 'number' ELSE 'name' END AS how
    UNION ALL
    MATCH (p:Person)
    WHERE p.id = $text OR p.id_no = $number OR p.name = $text
    RETURN
        'Person' AS label,
        p.id AS id,
        CASE WHEN p.id = $text THEN 'id' WHEN p.id_no = $number THEN 'number' ELSE 'name' END AS how
}
RETURN label, id, how
ORDER BY label, id
