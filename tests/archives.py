"""Archives in tests: loading small logs, and everything that a store holds as comparable sets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import Mapping
from graph import clock, duckdb_statements
from graph.duckdb_store import DuckDBStore
from graph.neo4j_store import Neo4jStore
from graph.schema import NODES, RELATIONSHIPS, Node
from graph.settings import Settings
from graph.store import Store, open_store

HEADER = "case:concept:name,concept:name,time:timestamp,org:resource,org:group,org:role,case:channel,note"


@contextmanager
def archive(uri: str, **settings: Any) -> Iterator[tuple[Store, Settings]]:
    given = Settings(store=uri, **{"wait": 0, **settings})
    store = open_store(given)
    try:
        yield store, given
    finally:
        store.close()


def load(store: Store, settings: Settings, path: Path, *, system: str | None = None, **mapping: Any) -> LoadReport:
    request = LoadRequest(path, Mapping(**mapping), "test", system, quarantine=path.with_suffix(".quarantine.csv"))
    return load_file(store, settings, request)


def log(folder: Path, name: str, *rows: str) -> Path:
    """A CSV file with the columns of HEADER."""
    path = folder / name
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return path


ASIDE = frozenset({"load", "since", "withdrawn", "source_row", "salt", "withdrawal_salt"})


def content(store: Store) -> dict[str, set[tuple[Any, ...]]]:
    """What stands, by label and type, aside from loads, versions, salts and source rows."""
    held: dict[str, set[tuple[Any, ...]]] = {}
    for declared in (*NODES, *RELATIONSHIPS):
        if declared.kind == "clock":
            continue
        name = declared.label if isinstance(declared, Node) else declared.type
        held[name] = set(_rows(store, declared, ASIDE))
    return held


def _rows(store: Store, declared: Any, aside: Collection[str]) -> list[tuple[Any, ...]]:
    names = sorted(p.name for p in declared.properties if p.name not in aside)
    standing = "" if declared.kind == "derived" else "WHERE x.withdrawn IS NULL"
    if isinstance(store, DuckDBStore):
        ends = ["x.id"] if isinstance(declared, Node) else [f"x.{e}" for e in duckdb_statements.ENDS]
        name = declared.label if isinstance(declared, Node) else declared.type
        types = {p.name: p.type for p in declared.properties}
        columns = [f'epoch_ms(x."{n}")' if types[n] == "instant" else f'x."{n}"' for n in names]
        text = f'SELECT {", ".join([*ends, *columns])} FROM "{name}" x {standing}'
        return store.cursor().execute(text).fetchall()
    assert isinstance(store, Neo4jStore)
    types = {p.name: p.type for p in declared.properties}
    columns = [f"x.`{n}`.epochMillis" if types[n] == "instant" else f"x.`{n}`" for n in names]
    if isinstance(declared, Node):
        return store.run(f"MATCH (x:{declared.label}) {standing} RETURN {', '.join(['x.id', *columns])}", {})
    ends = ["labels(a)[0]", "a.id", "labels(b)[0]", "b.id"]
    text = f"MATCH (a)-[x:{declared.type}]->(b) {standing} RETURN {', '.join([*ends, *columns])}"
    return store.run(text, {})


def last(store: Store) -> int:
    return clock.last_done(store)
