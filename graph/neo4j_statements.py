"""The statements for Neo4j that follow from the schema: constraints, indexes, bulk reads and writes.

Rows of bulk writes are lists, whose places follow the columns named beside each statement: lists travel and
are read faster than maps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from graph.schema import NODE, NODES, RELATIONSHIP, Node, Property, Relationship, clock_of, stated

AWAIT_INDEXES = "CALL db.awaitIndexes(300)"


def constraints() -> Iterator[str]:
    """A key for every label, the indexed properties, and the lookups of the clock."""
    for node in NODES:
        yield f"CREATE CONSTRAINT {node.label}_id IF NOT EXISTS FOR (n:{node.label}) REQUIRE n.id IS UNIQUE"
        for p in node.properties:
            if p.indexed:
                yield f"CREATE INDEX {node.label}_{p.name} IF NOT EXISTS FOR (n:{node.label}) ON (n.{p.name})"
    yield "CREATE CONSTRAINT Load_number IF NOT EXISTS FOR (n:Load) REQUIRE n.number IS UNIQUE"


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
    """Withdraws the standing links with these ends and properties."""
    link = RELATIONSHIP[type_]
    same = ["l.withdrawn IS NULL"]
    for i, p in enumerate(link.properties):
        stored = f"l.`{p.name}`.epochMillis" if p.type == "instant" else f"l.`{p.name}`"
        same.append(f"({stored} = r[{2 + i}] OR ({stored} IS NULL AND r[{2 + i}] IS NULL))")
    return (
        f"UNWIND $rows AS r\nMATCH (:{ends[0]} {{id: r[0]}})-[l:{type_}]->(:{ends[1]} {{id: r[1]}})\n"
        f"WHERE {' AND '.join(same)}\nSET l.withdrawn = $load"
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
    link = RELATIONSHIP[type_]
    columns = ["labels(a)[0]", "a.id", "labels(b)[0]", "b.id"]
    columns += [_taken(p, "l") for p in (*link.properties, *clock_of(link))]
    known = "b" if end == "to" else "a"
    matches = f"MATCH ({known}:{label} {{id: id}})\nMATCH (a)-[l:{type_}]->(b)"
    return f"UNWIND $ids AS id\n{matches}\nWHERE l.withdrawn IS NULL\nRETURN {', '.join(columns)}"


def update_derived(label: str) -> str:
    """Derived properties of standing records: id, then the derived properties in their order."""
    sets = [f"n.`{p.name}` = {_value(p, 1 + i)}" for i, p in enumerate(NODE[label].derived)]
    return f"UNWIND $rows AS r\nMATCH (n:{label} {{id: r[0]}})\nSET {', '.join(sets)}"


def forget_links(type_: str) -> str:
    """Removes derived links of loads before $load."""
    return f"MATCH ()-[x:{type_}]->()\nWHERE x.load < $load\nDELETE x"


def forget_links_from(type_: str) -> str:
    """The same, of those from $ids."""
    label = RELATIONSHIP[type_].ends[0][0]
    return f"UNWIND $ids AS id\nMATCH (:{label} {{id: id}})-[x:{type_}]->()\nWHERE x.load < $load\nDELETE x"


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


def restore(declared: Node | Relationship) -> str:
    """Puts back what load $load withdrew of a label or type, in transactions of its own."""
    pattern = f"(x:{declared.label})" if isinstance(declared, Node) else f"()-[x:{declared.type}]->()"
    return f"MATCH {pattern}\nWHERE x.withdrawn = $load\nCALL (x) {{ SET x.withdrawn = null }} {_IN_BATCHES}"
