// The boxes that are on no shelf.
// Parameters: $load integer
// Columns: box_id text, code text, kind text
MATCH (b:Box)
WHERE b.load <= $load AND (b.withdrawn IS NULL OR b.withdrawn > $load)
    AND NOT EXISTS {
        MATCH (b)-[o:ON_SHELF]->(:Shelf)
        WHERE o.load <= $load AND (o.withdrawn IS NULL OR o.withdrawn > $load)
    }
RETURN b.id AS box_id, b.code AS code, coalesce(b.kind, 'physical') AS kind
ORDER BY box_id
