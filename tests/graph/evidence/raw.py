"""A store as someone has it who goes past the system: rows of tables, nodes and links of a database.

Instants are integers of microseconds, so that they can be changed by less than a millisecond.
"""

from __future__ import annotations

from typing import Any, Protocol

from graph.duckdb_statements import ENDS
from graph.duckdb_store import DuckDBStore
from graph.neo4j_store import Neo4jStore
from graph.schema import NODE, RELATIONSHIP, Property, clock_of
from graph.store import Store

Held = dict[str, Any]
"""One record or link: `key` by which it is found again, its ends where it is a link, its properties."""


def properties_of(name: str) -> tuple[Property, ...]:
    """All properties that a label or type has in a store, beside ids and ends."""
    declared = NODE.get(name) or RELATIONSHIP[name]
    return (*declared.properties, *clock_of(declared))


class Raw(Protocol):
    """What both engines let one do."""

    def rows(self, name: str) -> list[Held]: ...

    def change(self, name: str, held: Held, property_: str, value: Any) -> None: ...

    def delete(self, name: str, held: Held) -> None: ...

    def insert(self, name: str, held: Held) -> None: ...


def raw(store: Store) -> Raw:
    """The way past the system into a store."""
    return _RawDuckDB(store) if isinstance(store, DuckDBStore) else _RawNeo4j(store)


class _RawDuckDB:
    def __init__(self, store: DuckDBStore) -> None:
        self._run = store.cursor().execute

    def rows(self, name: str) -> list[Held]:
        given = properties_of(name)
        ends = ["id"] if name in NODE else list(ENDS)
        columns = [f'epoch_us("{p.name}")' if p.type == "instant" else f'"{p.name}"' for p in given]
        text = f'SELECT rowid, {", ".join([*ends, *columns])} FROM "{name}" ORDER BY rowid'
        names = ["key", *ends, *(p.name for p in given)]
        return [dict(zip(names, row, strict=True)) for row in self._run(text).fetchall()]

    def change(self, name: str, held: Held, property_: str, value: Any) -> None:
        types = {p.name: p.type for p in properties_of(name)}
        given = "make_timestamp($value)" if types.get(property_) == "instant" else "$value"
        text = f'UPDATE "{name}" SET "{property_}" = {given} WHERE rowid = $key'
        self._run(text, {"value": value, "key": held["key"]})

    def delete(self, name: str, held: Held) -> None:
        self._run(f'DELETE FROM "{name}" WHERE rowid = $key', {"key": held["key"]})

    def insert(self, name: str, held: Held) -> None:
        types = {p.name: p.type for p in properties_of(name)}
        given = {column: value for column, value in held.items() if column != "key"}
        values = [f"make_timestamp(${c})" if types.get(c) == "instant" else f"${c}" for c in given]
        columns = ", ".join(f'"{column}"' for column in given)
        self._run(f'INSERT INTO "{name}" ({columns}) VALUES ({", ".join(values)})', given)


class _RawNeo4j:
    def __init__(self, store: Store) -> None:
        assert isinstance(store, Neo4jStore)
        self._store = store

    def rows(self, name: str) -> list[Held]:
        given = properties_of(name)
        columns = [
            f"x.`{p.name}`.epochSeconds * 1000000 + x.`{p.name}`.microsecond"
            if p.type == "instant"
            else f"x.`{p.name}`"
            for p in given
        ]
        if name in NODE:
            ends, match = ["id"], f"MATCH (x:{name})"
            columns = ["elementId(x)", "x.id", *columns]
        else:
            ends, match = list(ENDS), f"MATCH (a)-[x:{name}]->(b)"
            columns = ["elementId(x)", "labels(a)[0]", "a.id", "labels(b)[0]", "b.id", *columns]
        names = ["key", *ends, *(p.name for p in given)]
        rows = self._store.run(f"{match} RETURN {', '.join(columns)} ORDER BY elementId(x)", {})
        return [dict(zip(names, row, strict=True)) for row in rows]

    def change(self, name: str, held: Held, property_: str, value: Any) -> None:
        if property_ in ENDS:
            self.delete(name, held)
            self.insert(name, {**held, property_: value})
            return
        self._write(f"{self._found(name)} SET x.`{property_}` = {self._given(name, property_, 'value')}", held, value)

    def _found(self, name: str) -> str:
        pattern = f"(x:{name})" if name in NODE else f"()-[x:{name}]->()"
        return f"MATCH {pattern} WHERE elementId(x) = $key"

    def _given(self, name: str, property_: str, parameter: str) -> str:
        types = {p.name: p.type for p in properties_of(name)}
        if types.get(property_) != "instant":
            return f"${parameter}"
        seconds = f"datetime({{epochSeconds: ${parameter} / 1000000, nanosecond: (${parameter} % 1000000) * 1000}})"
        return f"CASE WHEN ${parameter} IS NOT NULL THEN {seconds} END"

    def delete(self, name: str, held: Held) -> None:
        self._write(f"{self._found(name)} {'DETACH ' if name in NODE else ''}DELETE x", held, None)

    def insert(self, name: str, held: Held) -> None:
        given = {p.name: held[p.name] for p in properties_of(name) if held.get(p.name) is not None}
        said = ", ".join(f"`{p}`: {self._given(name, p, p)}" for p in given)
        if name in NODE:
            self._store.run(f"CREATE (:{name} {{id: $own_id, {said}}})", {"own_id": held["id"], **given}, write=True)
            return
        ends = {end: held[end] for end in ("from_id", "to_id")}
        text = (
            f"MATCH (a:{held['from_label']} {{id: $from_id}}) MATCH (b:{held['to_label']} {{id: $to_id}}) "
            f"CREATE (a)-[:{name} {{{said}}}]->(b)"
        )
        self._store.run(text, {**ends, **given}, write=True)

    def _write(self, text: str, held: Held, value: Any) -> None:
        self._store.run(text, {"key": held["key"], "value": value}, write=True)
