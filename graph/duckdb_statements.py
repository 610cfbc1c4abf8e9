"""The statements for DuckDB that follow from the schema: tables, indexes, bulk reads and writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from graph.schema import (
    NODE,
    NODES,
    RELATIONSHIP,
    RELATIONSHIPS,
    Node,
    Property,
    Relationship,
    clock_of,
    erasable,
    stated,
    stated_by,
)

TYPE = {
    "text": "VARCHAR",
    "json": "VARCHAR",
    "integer": "BIGINT",
    "instant": "TIMESTAMP",
    "boolean": "BOOLEAN",
    "real": "DOUBLE",
}
ENDS = ("from_label", "from_id", "to_label", "to_id")
# Ids are looked up one by one and joined, and hardly two are the same: unpacking them takes half of such a join.
_ID = "VARCHAR NOT NULL USING COMPRESSION uncompressed"
LEAST = -(2**63) + 1

EMPTY_TABLES = "SELECT table_name FROM duckdb_tables() WHERE estimated_size = 0"
TABLES_OF_ARCHIVES = "SELECT table_name FROM duckdb_tables() WHERE table_name = 'Archive'"
MEMORY_LIMIT = "SELECT current_setting('memory_limit') AS memory_limit"


def quoted(name: str) -> str:
    return f'"{name}"'


def tables() -> Iterator[str]:
    """CREATE TABLE and CREATE INDEX for every label and type."""
    for node in NODES:
        columns = [f"id {_ID} PRIMARY KEY", *_columns((*node.properties, *clock_of(node)))]
        yield f"CREATE TABLE IF NOT EXISTS {quoted(node.label)} ({', '.join(columns)})"
    for link in RELATIONSHIPS:
        columns = [f"{end} {_ID if end.endswith('_id') else 'VARCHAR NOT NULL'}" for end in ENDS]
        columns += _columns((*link.properties, *clock_of(link)))
        yield f"CREATE TABLE IF NOT EXISTS {quoted(link.type)} ({', '.join(columns)})"
        for end in ("from_id", "to_id"):
            yield f"CREATE INDEX IF NOT EXISTS {link.type}_{end} ON {quoted(link.type)} ({end})"
    yield 'CREATE INDEX IF NOT EXISTS NEXT_case_id ON "NEXT" (case_id)'
    yield 'CREATE INDEX IF NOT EXISTS Version_of_id ON "Version" (of_id)'


def _columns(properties: Sequence[Property]) -> list[str]:
    return [f"{quoted(p.name)} {TYPE[p.type]}" for p in properties]


def _given(p: Property) -> str:
    """A property as it comes in a table: instants as epoch milliseconds."""
    return f"make_timestamp_ms({quoted(p.name)})" if p.type == "instant" else quoted(p.name)


def _taken(p: Property, alias: str = "n") -> str:
    """A property as it is handed out."""
    column = f"{alias}.{quoted(p.name)}"
    return f"epoch_ms({column}) AS {quoted(p.name)}" if p.type == "instant" else column


def _exact(p: Property, alias: str = "n") -> str:
    """The same; an instant that is not a whole millisecond as the least number."""
    if p.type != "instant":
        return _taken(p, alias)
    column = f"{alias}.{quoted(p.name)}"
    finer = f"NOT isfinite({column}) OR epoch_us({column}) % 1000 <> 0"
    return f"CASE WHEN {finer} THEN {LEAST} ELSE epoch_ms({column}) END AS {quoted(p.name)}"


def _held(p: Property, plain: bool) -> str:
    return f"n.{quoted(p.name)}" if plain else _exact(p)


def insert_nodes(label: str) -> str:
    """INSERT of the view `incoming`; $load is the load."""
    node = NODE[label]
    names = ["id", *(quoted(p.name) for p in node.content)]
    values = ["id", *(_given(p) for p in node.content)]
    if node.kind == "derived":
        names, values = [*names, "load"], [*values, "$load"]
    elif node.kind != "clock":
        names += ["load", "since", "source_row", "salt"]
        values += ["$load", "$load", "source_row", "salt"]
    return f"INSERT INTO {quoted(label)} ({', '.join(names)}) SELECT {', '.join(values)} FROM incoming"


def insert_links(type_: str) -> str:
    """INSERT of the view `incoming`; $load is the load."""
    link = RELATIONSHIP[type_]
    names = [*ENDS, *(quoted(p.name) for p in link.properties), "load"]
    values = [*ENDS, *(_given(p) for p in link.properties), "$load"]
    if link.kind != "derived":
        names, values = [*names, "salt"], [*values, "salt"]
    return f"INSERT INTO {quoted(type_)} ({', '.join(names)}) SELECT {', '.join(values)} FROM incoming"


AMONG_MANY = "n.id IN (SELECT unnest($ids::VARCHAR[]))"


def select_nodes(label: str, where: str, names: Collection[str] | None = None) -> str:
    """Content and clock of records, or the properties `names`; `where` is a condition on the alias n or a join."""
    columns = ["n.id", *(_taken(p) for p in stated(NODE[label], names))]
    return f"SELECT {', '.join(columns)} FROM {quoted(label)} n {where}"


def select_links(type_: str, label: str, end: str, where: str) -> str:
    """Ends, properties and clock of the standing links with a record of a label at an end; `where` as above."""
    link = RELATIONSHIP[type_]
    columns = [*(f"n.{end}" for end in ENDS), *(_taken(p) for p in (*link.properties, *clock_of(link)))]
    standing = f"n.{end}_label = '{label}' AND n.withdrawn IS NULL"
    return f"SELECT {', '.join(columns)} FROM {quoted(type_)} n {where} {standing}"


def scan_nodes(label: str) -> str:
    """Content and clock of the records in a range of rows of the table: from $start, before $end."""
    return select_exactly(label, "WHERE n.rowid >= $start AND n.rowid < $end ORDER BY n.rowid")


def select_exactly(label: str, where: str, *, plain: bool = False) -> str:
    """As `select_nodes`, with instants that tell whether they are whole milliseconds; `plain` as they are held."""
    node = NODE[label]
    columns = ["n.id", *(_held(p, plain) for p in (*node.content, *clock_of(node)))]
    return f"SELECT {', '.join(columns)} FROM {quoted(label)} n {where}"


def end_of(name: str) -> str:
    """The row after the last one of a table."""
    return f"SELECT coalesce(max(rowid), -1) + 1 AS rows FROM {quoted(name)}"


def select_derived(label: str) -> str:
    """Derived properties of the records whose ids are in the view `wanted`."""
    columns = ["n.id", *(_exact(p) for p in NODE[label].derived)]
    return f"SELECT {', '.join(columns)} FROM {quoted(label)} n JOIN wanted ON n.id = wanted.wanted_id"


def select_all_links(type_: str, where: str, *, plain: bool = False) -> str:
    """The links of a type, withdrawn ones too; `where` is a condition on the alias n or a join, `plain` as above."""
    return f"SELECT {_link_exactly(type_, plain=plain)} FROM {quoted(type_)} n {where}"


def _link_exactly(type_: str, *, plain: bool = False) -> str:
    link = RELATIONSHIP[type_]
    columns = [*(f"n.{end}" for end in ENDS), *(_held(p, plain) for p in (*link.properties, *clock_of(link)))]
    return ", ".join(columns)


def select_unowned(type_: str, label: str, end: str) -> str:
    """The links that are said to be stated by records of a label which are not there."""
    absent = f"n.{end}_label = '{label}' AND NOT EXISTS (SELECT 1 FROM {quoted(label)} o WHERE o.id = n.{end}_id)"
    return f"SELECT {_link_exactly(type_)} FROM {quoted(type_)} n WHERE {absent}"


def select_strays(type_: str) -> str:
    """The links between labels that the type does not join."""
    pairs = " OR ".join(f"n.from_label = '{a}' AND n.to_label = '{b}'" for a, b in RELATIONSHIP[type_].ends)
    return f"SELECT {_link_exactly(type_)} FROM {quoted(type_)} n WHERE NOT ({pairs})"


def select_derived_strays(type_: str) -> str:
    """The derived links that belong to no standing record: NEXT to its case and event, others to their start."""
    label = RELATIONSHIP[type_].ends[0][0]
    standing = f"SELECT 1 FROM {quoted(label)} o WHERE o.id = n.from_id AND o.withdrawn IS NULL"
    if type_ == "NEXT":
        standing = (
            'SELECT 1 FROM "IN_CASE" i JOIN "Case" c ON c.id = i.to_id '
            "WHERE i.from_id = n.from_id AND i.to_id = n.case_id AND i.withdrawn IS NULL AND c.withdrawn IS NULL"
        )
    where = f"n.from_label <> '{label}' OR NOT EXISTS ({standing})"
    return f"SELECT {_link_exactly(type_)} FROM {quoted(type_)} n WHERE {where}"


def total(name: str) -> str:
    """How many rows a table has."""
    return f"SELECT count(*) AS records FROM {quoted(name)}"


def select_versions(where: str) -> str:
    """Versions; `where` is a condition on the alias n or a join."""
    columns = ", ".join(["n.id", *(_taken(p) for p in NODE["Version"].properties)])
    return f'SELECT {columns} FROM "Version" n {where}'


def update_nodes(label: str) -> str:
    """New content from the view `incoming`."""
    sets = [f"{quoted(p.name)} = {_given_from(p)}" for p in NODE[label].content]
    sets += ["since = $load", "withdrawn = NULL", "source_row = i.source_row", "salt = i.salt"]
    return f"UPDATE {quoted(label)} n SET {', '.join(sets)} FROM incoming i WHERE n.id = i.id"


def _given_from(p: Property) -> str:
    column = f"i.{quoted(p.name)}"
    return f"make_timestamp_ms({column})" if p.type == "instant" else column


def withdraw_nodes(label: str) -> str:
    return f"UPDATE {quoted(label)} n SET withdrawn = $load FROM incoming i WHERE n.id = i.id AND n.withdrawn IS NULL"


def withdraw_links(type_: str) -> str:
    """Withdraws the links of the view `incoming` (ends, properties, salt of the withdrawal)."""
    same = [f"n.{end} = i.{end}" for end in ENDS]
    same += [f"n.{quoted(p.name)} IS NOT DISTINCT FROM {_given_from(p)}" for p in RELATIONSHIP[type_].properties]
    condition = " AND ".join(same)
    sets = "withdrawn = $load, withdrawal_salt = i.withdrawal_salt"
    return f"UPDATE {quoted(type_)} n SET {sets} FROM incoming i WHERE {condition} AND n.withdrawn IS NULL"


def update_derived(label: str) -> str:
    """Derived properties from the view `incoming`."""
    sets = [f"{quoted(p.name)} = {_given_from(p)}" for p in NODE[label].derived]
    return f"UPDATE {quoted(label)} n SET {', '.join(sets)} FROM incoming i WHERE n.id = i.id"


def restate_nodes(label: str) -> str:
    """What derived nodes now say, from the view `incoming`."""
    sets = [f"{quoted(p.name)} = {_given_from(p)}" for p in NODE[label].content]
    return f'UPDATE {quoted(label)} n SET {", ".join(sets)}, "load" = $load FROM incoming i WHERE n.id = i.id'


def forget_nodes(label: str) -> str:
    """Removes the derived nodes with the ids of the view `incoming`."""
    return f"DELETE FROM {quoted(label)} WHERE id IN (SELECT id FROM incoming)"


def forget_links(type_: str) -> str:
    """Removes derived links of loads before $load."""
    return f'DELETE FROM {quoted(type_)} WHERE "load" < $load'


def forget_links_from(type_: str) -> str:
    """The same, of those from the ids of the view `incoming`."""
    return f"{forget_links(type_)} AND from_id IN (SELECT id FROM incoming)"


def erase(label: str) -> Iterator[str]:
    """Empties records, their Versions, and what the links say that they state."""
    yield _erase_nodes(label)
    yield _erase_versions(label)
    for link in stated_by(label):
        yield _erase_links(link.type, label)


def _erase_nodes(label: str) -> str:
    """Empties the records of the view `incoming`, whatever is derived from them alone included."""
    sets = [f"{quoted(p.name)} = NULL" for p in NODE[label].properties]
    where = "WHERE n.id IN (SELECT id FROM incoming)"
    return f"UPDATE {quoted(label)} n SET {', '.join([*sets, 'salt = NULL', 'erased = $load'])} {where}"


def _erase_versions(label: str) -> str:
    """The same of what they held before; the gaps in which they were withdrawn stay gaps."""
    where = f"WHERE n.label = '{label}' AND n.of_id IN (SELECT id FROM incoming) AND n.payload IS NOT NULL"
    return f'UPDATE "Version" n SET payload = NULL, salt = NULL, erased = $load {where}'


def _erase_links(type_: str, label: str) -> str:
    """What the links say that the records of the view `incoming` state, withdrawn ones included."""
    link = RELATIONSHIP[type_]
    sets = [f"{quoted(p.name)} = NULL" for p in erasable(link)]
    where = f"n.{link.stated_by}_label = '{label}' AND n.{link.stated_by}_id IN (SELECT id FROM incoming)"
    return f"UPDATE {quoted(type_)} n SET {', '.join([*sets, 'salt = NULL', 'withdrawal_salt = NULL'])} WHERE {where}"


def any_of(name: str) -> str:
    """One row where a label or type has any, none otherwise."""
    return f"SELECT 1 AS found FROM {quoted(name)} LIMIT 1"


def count(declared: Node | Relationship) -> str:
    """How many records of a label or type the loads up to $load have given."""
    name = declared.label if isinstance(declared, Node) else declared.type
    where = "load <= $load"
    if declared is NODE["Version"]:
        where = "to_load <= $load"
    elif declared.kind == "clock":
        where = "$load IS NOT NULL"
    elif declared.kind != "derived":
        where += " AND (withdrawn IS NULL OR withdrawn > $load)"
    return f"SELECT '{name}' AS name, count(*) AS records FROM {quoted(name)} WHERE {where}"
