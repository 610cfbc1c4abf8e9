"""The statements for Neo4j that follow from the schema: constraints, indexes, bulk reads and writes.

Rows of bulk writes are lists, whose places follow the columns named beside each statement: lists travel and
are read faster than maps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache

from graph.schema import (
    NODE,
    NODES,
    RELATIONSHIP,
    Node,
    Property,
    Relationship,
    clock_of,
    erasable,
    stated,
    stated_by,
)

LEAST = -(2**63) + 1
INDEXES = "SHOW INDEXES YIELD name"
AWAIT_INDEXES = "CALL db.awaitIndexes(300)"
# The labels of which there are nodes, and the types of which there are links.
IN_USE = """CALL db.labels() YIELD label AS name RETURN name
UNION ALL
CALL db.relationshipTypes() YIELD relationshipType AS name RETURN name"""

# Rows of a table in one record of an answer.
ROWS_AT_ONCE = 2_000


def in_columns(text: str, names: Sequence[str]) -> str:
    """The rows of a query as lists of their columns, many rows to a record: the driver takes some 40 us for a record,
    and next to nothing for what is in a list. The server holds all rows at once, so this is for what is asked of some
    keys."""
    row = ", ".join(f"`{name}`" for name in names)
    lists = ", ".join(f"[row IN portion | row[{place}]] AS `{name}`" for place, name in enumerate(names))
    return f"""CALL () {{
{text}
}}
WITH collect([{row}]) AS rows
UNWIND range(0, size(rows) - 1, {ROWS_AT_ONCE}) AS start
WITH rows[start..start + {ROWS_AT_ONCE}] AS portion
RETURN {lists}"""


def constraints() -> dict[str, str]:
    """By the names of their indexes: a key for every label, the indexed properties, the lookups of the clock."""
    keys = [(node.label, "id") for node in NODES] + [("Load", "number")]
    indexed = [(node.label, p.name) for node in NODES for p in node.properties if p.indexed]
    key = "CREATE CONSTRAINT {0}_{1} IF NOT EXISTS FOR (n:{0}) REQUIRE n.{1} IS UNIQUE"
    index = "CREATE INDEX {0}_{1} IF NOT EXISTS FOR (n:{0}) ON (n.{1})"
    return {
        f"{label}_{name}": made.format(label, name)
        for made, names in ((key, keys), (index, indexed))
        for label, name in names
    }


def _value(p: Property, place: int) -> str:
    if p.type != "instant":
        return f"r[{place}]"
    return f"CASE WHEN r[{place}] IS NOT NULL THEN datetime({{epochMillis: r[{place}]}}) END"


def _assigned(properties: Sequence[Property], first: int) -> list[str]:
    return [f"`{p.name}`: {_value(p, first + i)}" for i, p in enumerate(properties)]


def node_columns(label: str) -> list[str]:
    """The columns of `create_nodes` and `change_nodes`."""
    node = NODE[label]
    tail = [] if node.kind in {"clock", "derived"} else ["source_row", "salt"]
    return ["id", *(p.name for p in node.content), *tail]


def create_nodes(label: str) -> str:
    """New records."""
    node = NODE[label]
    values = ["id: r[0]", *_assigned(node.content, 1)]
    if node.kind == "derived":
        values.append("load: $load")
    elif node.kind != "clock":
        place = len(node.content) + 1
        values += ["load: $load", "since: $load", f"source_row: r[{place}]", f"salt: r[{place + 1}]"]
    return f"UNWIND $rows AS r\nCREATE (n:{label} {{{', '.join(values)}}})"


def create_versions() -> str:
    """Versions of records that change, once each: a load that is taken up again finds its own."""
    values = ", ".join(_assigned(NODE["Version"].content, 1))
    return f"UNWIND $rows AS r\nMERGE (n:Version {{id: r[0]}})\nSET n += {{{values}}}"


def change_nodes(label: str) -> str:
    """New content of standing records."""
    node = NODE[label]
    place = len(node.content) + 1
    sets = [f"n.`{p.name}` = {_value(p, 1 + i)}" for i, p in enumerate(node.content)]
    sets += [
        "n.since = $load",
        "n.withdrawn = null",
        f"n.source_row = r[{place}]",
        f"n.salt = r[{place + 1}]",
    ]
    return f"UNWIND $rows AS r\nMATCH (n:{label} {{id: r[0]}})\nSET {', '.join(sets)}"


def withdraw_nodes(label: str) -> str:
    return f"UNWIND $rows AS r\nMATCH (n:{label} {{id: r[0]}})\nWHERE n.withdrawn IS NULL\nSET n.withdrawn = $load"


def link_columns(type_: str) -> list[str]:
    """The columns of `create_links`."""
    link = RELATIONSHIP[type_]
    tail = [] if link.kind == "derived" else ["salt"]
    return ["from_id", "to_id", *(p.name for p in link.properties), *tail]


def create_links(type_: str, ends: tuple[str, str]) -> str:
    """New links between two labels; gives how many were made."""
    link = RELATIONSHIP[type_]
    values = [*_assigned(link.properties, 2), "load: $load"]
    if link.kind != "derived":
        values.append(f"salt: r[{2 + len(link.properties)}]")
    return (
        f"UNWIND $rows AS r\nMATCH (a:{ends[0]} {{id: r[0]}})\nMATCH (b:{ends[1]} {{id: r[1]}})\n"
        f"CREATE (a)-[:{type_} {{{', '.join(values)}}}]->(b)\nRETURN count(*) AS made"
    )


def withdraw_links(type_: str, ends: tuple[str, str]) -> str:
    """Withdraws the standing links with these ends and properties; the salt of the withdrawal comes last."""
    link = RELATIONSHIP[type_]
    same = ["l.withdrawn IS NULL"]
    for i, p in enumerate(link.properties):
        stored = f"l.`{p.name}`.epochMillis" if p.type == "instant" else f"l.`{p.name}`"
        same.append(f"({stored} = r[{2 + i}] OR ({stored} IS NULL AND r[{2 + i}] IS NULL))")
    return (
        f"UNWIND $rows AS r\nMATCH (:{ends[0]} {{id: r[0]}})-[l:{type_}]->(:{ends[1]} {{id: r[1]}})\n"
        f"WHERE {' AND '.join(same)}\nSET l.withdrawn = $load, l.withdrawal_salt = r[{2 + len(link.properties)}]"
    )


def _taken(p: Property, alias: str) -> str:
    column = f"{alias}.`{p.name}`"
    return f"{column}.epochMillis" if p.type == "instant" else column


def select_nodes(label: str, names: Collection[str] | None = None) -> str:
    """Content and clock of the records with $ids, or the properties `names`."""
    columns = ["n.id", *(_taken(p, "n") for p in stated(NODE[label], names))]
    return f"UNWIND $ids AS id\nMATCH (n:{label} {{id: id}})\nRETURN {', '.join(columns)}"


def select_links(type_: str, label: str, end: str) -> str:
    """Ends, properties and clock of the standing links with the records of a label with $ids at an end."""
    return _select_links(type_, label, end, "\nWHERE l.withdrawn IS NULL")


def _link_columns(type_: str, taken: Callable[[Property, str], str]) -> str:
    link = RELATIONSHIP[type_]
    columns = ["labels(a)[0]", "a.id", "labels(b)[0]", "b.id"]
    return ", ".join([*columns, *(taken(p, "l") for p in (*link.properties, *clock_of(link)))])


def _select_links(
    type_: str, label: str, end: str, where: str, taken: Callable[[Property, str], str] = _taken
) -> str:
    known = "b" if end == "to" else "a"
    matches = f"MATCH ({known}:{label} {{id: id}})\nMATCH (a)-[l:{type_}]->(b)"
    return f"UNWIND $ids AS id\n{matches}{where}\nRETURN {_link_columns(type_, taken)}"


def _exact(p: Property, alias: str) -> str:
    """A property as it is handed out; what is no instant, or no whole millisecond, as the least number."""
    column = f"{alias}.`{p.name}`"
    if p.type != "instant":
        return column
    whole = f"{column} IS :: ZONED DATETIME AND {column}.nanosecond % 1000000 = 0"
    return f"CASE WHEN {column} IS NULL THEN null WHEN {whole} THEN {column}.epochMillis ELSE {LEAST} END"


def scan_nodes(label: str) -> str:
    """Content and clock of all records of a label, in no order."""
    return f"MATCH (n:{label})\nRETURN {_node_exactly(label)}"


def _node_exactly(label: str) -> str:
    node = NODE[label]
    return ", ".join(["n.id", *(_exact(p, "n") for p in (*node.content, *clock_of(node)))])


def select_exactly(label: str) -> str:
    """As `select_nodes`, with instants that tell whether they are whole milliseconds."""
    return f"UNWIND $ids AS id\nMATCH (n:{label} {{id: id}})\nRETURN {_node_exactly(label)}"


def select_strays(type_: str) -> str:
    """The links between labels that the type does not join."""
    pairs = " OR ".join(f"(a:{a} AND b:{b})" for a, b in RELATIONSHIP[type_].ends)
    return f"MATCH (a)-[l:{type_}]->(b)\nWHERE NOT ({pairs})\nRETURN {_link_columns(type_, _exact)}"


def select_derived_strays(type_: str) -> str:
    """The derived links that belong to no standing record: NEXT to its case and event, others to their start."""
    standing = f"a:{RELATIONSHIP[type_].ends[0][0]} AND a.withdrawn IS NULL"
    if type_ == "NEXT":
        standing = (
            "EXISTS { MATCH (a)-[i:IN_CASE]->(c:Case {id: l.case_id}) "
            "WHERE i.withdrawn IS NULL AND c.withdrawn IS NULL }"
        )
    return f"MATCH (a)-[l:{type_}]->(b)\nWHERE NOT ({standing})\nRETURN {_link_columns(type_, _exact)}"


def total(declared: Node | Relationship) -> str:
    """How many nodes of a label, or links of a type, there are."""
    if isinstance(declared, Node):
        return f"MATCH (x:{declared.label})\nRETURN count(x) AS records"
    return f"MATCH ()-[x:{declared.type}]->()\nRETURN count(x) AS records"


def select_derived(label: str) -> str:
    """Derived properties of the records with $ids."""
    columns = ["n.id", *(_exact(p, "n") for p in NODE[label].derived)]
    return f"UNWIND $ids AS id\nMATCH (n:{label} {{id: id}})\nRETURN {', '.join(columns)}"


def select_stated(type_: str, label: str, end: str) -> str:
    """The links, withdrawn ones too, that records of a label with $ids state."""
    return _select_links(type_, label, end, "", _exact)


def select_versions() -> str:
    """The Versions of records of the label $label with $ids."""
    columns = ", ".join(["n.id", *(_taken(p, "n") for p in NODE["Version"].properties)])
    return f"UNWIND $ids AS id\nMATCH (n:Version {{of_id: id}})\nWHERE n.label = $label\nRETURN {columns}"


@cache
def select_whole(label: str, types: tuple[str, ...]) -> str:
    """The records of a label with $ids, and the links of these types that they state.

    Columns: `of`, null with records, else the type of links, or Version with ids of records that have one; rows, of
    records and links each the list of what the statement about these alone gives.
    """
    versions = f"UNWIND $ids AS id\nMATCH (n:Version {{of_id: id}})\nWHERE n.label = '{label}'\nRETURN n.of_id"
    parts = [_as_list("null", select_exactly(label)), _as_list("'Version'", versions)]
    for type_ in types:
        parts.append(_as_list(f"'{type_}'", select_stated(type_, label, RELATIONSHIP[type_].stated_by or "from")))
    union = "\nUNION ALL\n".join(parts)
    return f"CALL () {{\n{union}\n}}\nRETURN of, collect(row) AS rows"


def _as_list(of: str, text: str) -> str:
    """A statement as a part of one that gives rows of several kinds."""
    found, _, columns = text.partition("\nRETURN ")
    return f"{found}\nRETURN {of} AS of, [{columns}] AS row"


def update_derived(label: str) -> str:
    """Derived properties of standing records: id, then the derived properties in their order."""
    sets = [f"n.`{p.name}` = {_value(p, 1 + i)}" for i, p in enumerate(NODE[label].derived)]
    return f"UNWIND $rows AS r\nMATCH (n:{label} {{id: r[0]}})\nSET {', '.join(sets)}"


def restate_nodes(label: str) -> str:
    """What derived nodes now say; those that are not there are made, once each."""
    sets = [f"n.`{p.name}` = {_value(p, 1 + i)}" for i, p in enumerate(NODE[label].content)]
    return f"UNWIND $rows AS r\nMERGE (n:{label} {{id: r[0]}})\nSET {', '.join(sets)}, n.load = $load"


def forget_nodes(label: str) -> str:
    """Removes the derived nodes with $ids; one that something else refers to is not removed but fails."""
    return f"UNWIND $ids AS id\nMATCH (n:{label} {{id: id}})\nOPTIONAL MATCH (n)-[x]->()\nDELETE x, n"


def forget_links(type_: str) -> str:
    """Removes derived links of loads before $load."""
    return f"MATCH ()-[x:{type_}]->()\nWHERE x.load < $load\nDELETE x"


def forget_links_from(type_: str) -> str:
    """The same, of those from $ids."""
    label = RELATIONSHIP[type_].ends[0][0]
    return f"UNWIND $ids AS id\nMATCH (:{label} {{id: id}})-[x:{type_}]->()\nWHERE x.load < $load\nDELETE x"


def erase(label: str) -> Iterator[str]:
    """Empties records, their Versions, and what the links say that they state."""
    yield _erase_nodes(label)
    yield _erase_versions(label)
    for link in stated_by(label):
        yield _erase_links(link.type, label)


def _erase_nodes(label: str) -> str:
    """Empties the records with $ids, whatever is derived from them alone included."""
    sets = [f"n.`{p.name}` = null" for p in NODE[label].properties]
    sets += ["n.salt = null", "n.erased = $load"]
    return f"UNWIND $ids AS id\nMATCH (n:{label} {{id: id}})\nSET {', '.join(sets)}"


def _erase_versions(label: str) -> str:
    """The same of what they held before; the gaps in which they were withdrawn stay gaps."""
    return (
        f"UNWIND $ids AS id\nMATCH (v:Version {{of_id: id}})\nWHERE v.label = '{label}' AND v.payload IS NOT NULL\n"
        "SET v.payload = null, v.salt = null, v.erased = $load"
    )


def _erase_links(type_: str, label: str) -> str:
    """What the links say that the records with $ids state, withdrawn ones included."""
    link = RELATIONSHIP[type_]
    arrow = ("<-", "-") if link.stated_by == "to" else ("-", "->")
    sets = [f"l.`{p.name}` = null" for p in erasable(link)]
    pattern = f"(:{label} {{id: id}}){arrow[0]}[l:{type_}]{arrow[1]}()"
    return (
        f"UNWIND $ids AS id\nMATCH {pattern}\nSET {', '.join([*sets, 'l.salt = null', 'l.withdrawal_salt = null'])}"
    )


def any_of(declared: Node | Relationship) -> str:
    """One row where a label or type has any, none otherwise."""
    pattern = f"(x:{declared.label})" if isinstance(declared, Node) else f"()-[x:{declared.type}]->()"
    return f"MATCH {pattern}\nRETURN 1 AS found\nLIMIT 1"


def count(declared: Node | Relationship) -> str:
    """How many records of a label or type the loads up to $load have given."""
    if isinstance(declared, Node):
        pattern, alias = f"(x:{declared.label})", "x"
    else:
        pattern, alias = f"()-[x:{declared.type}]->()", "x"
    where = f"{alias}.load <= $load"
    if declared is NODE["Version"]:
        where = "x.to_load <= $load"
    elif declared.kind == "clock":
        where = "$load IS NOT NULL"
    elif declared.kind != "derived":
        where += f" AND ({alias}.withdrawn IS NULL OR {alias}.withdrawn > $load)"
    return f"MATCH {pattern}\nWHERE {where}\nRETURN count({alias}) AS records"


_IN_BATCHES = "IN TRANSACTIONS OF 5000 ROWS"


def drop(declared: Node | Relationship) -> str:
    """Removes what load $load made of a label or type, in transactions of its own."""
    if isinstance(declared, Node):
        mark = "to_load" if declared.label == "Version" else "load"
        return f"MATCH (x:{declared.label} {{{mark}: $load}})\nCALL (x) {{ DETACH DELETE x }} {_IN_BATCHES}"
    return f"MATCH ()-[x:{declared.type}]->()\nWHERE x.load = $load\nCALL (x) {{ DELETE x }} {_IN_BATCHES}"


def drop_gapped() -> str:
    """Removes, of records that load $load was to bring back, the Versions of the content before their gap: these
    hold until an earlier load, as `drop` does not know. To be run before `drop` removes the gaps."""
    return (
        "MATCH (gap:Version {to_load: $load})\n"
        "WHERE gap.payload IS NULL AND gap.salt IS NULL AND gap.erased IS NULL\n"
        "MATCH (x:Version {of_id: gap.of_id})\nWHERE x.label = gap.label AND x.to_load = gap.from_load\n"
        f"CALL (x) {{ DELETE x }} {_IN_BATCHES}"
    )


def restore(declared: Node | Relationship) -> str:
    """Puts back what load $load withdrew of a label or type, in transactions of its own."""
    pattern = f"(x:{declared.label})" if isinstance(declared, Node) else f"()-[x:{declared.type}]->()"
    forgotten = "x.withdrawn = null" if isinstance(declared, Node) else "x.withdrawn = null, x.withdrawal_salt = null"
    return f"MATCH {pattern}\nWHERE x.withdrawn = $load\nCALL (x) {{ SET {forgotten} }} {_IN_BATCHES}"
