"""Everything that a Neo4j database holds, in portions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import neo4j
import pyarrow as pa

from graph import neo4j_statements as statements
from graph.schema import NODE, RELATIONSHIP
from graph.snapshot_columns import link_schema, no_links, no_versions, node_schema, version_schema
from graph.store import Row, WholeRecords
from graph.together import together
from graph.upsert import ARROW

Run = Callable[[str, dict[str, Any]], list[Row]]
_ROWS = 20_000
_IDS = 10_000
# Ids of records that the server gathers with all links that they state.
_WHOLE = 2_000


class Neo4jSnapshot:
    """Records stream from a session of their own while what belongs to each portion is read by others."""

    def __init__(self, session: Callable[[], neo4j.Session], run: Run) -> None:
        self._session = session
        self._run = run
        self._in_use: frozenset[str] | None = None

    def scan(self, label: str) -> Iterator[pa.Table]:
        schema = node_schema(label)
        with self._session() as session, session.begin_transaction() as transaction:
            result = transaction.run(statements.scan_nodes(label))
            portion: list[Row] = []
            for record in result:
                portion.append(tuple(record.values()))
                if len(portion) == _ROWS:
                    yield _table(portion, schema)
                    portion = []
            if portion:
                yield _table(portion, schema)

    def stated(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        if self._has_none(type_):
            return no_links(type_)
        text = statements.select_stated(type_, label, RELATIONSHIP[type_].stated_by or "from")
        return read_by_ids(self._run, text, ids, link_schema(type_))

    def unowned(self, type_: str, label: str) -> pa.Table:
        """None: a link of Neo4j has both its ends."""
        return no_links(type_)

    def records(self, label: str, ids: pa.Array) -> pa.Table:
        return read_by_ids(self._run, statements.select_exactly(label), ids, node_schema(label))

    def whole(self, ids: Mapping[str, Sequence[str]], types: Mapping[str, Sequence[str]]) -> dict[str, WholeRecords]:
        # What is asked of most records takes longest.
        labels = sorted(ids, key=lambda label: -len(ids[label]))
        reads = [partial(self._whole, label, ids[label], tuple(types[label])) for label in labels]
        return dict(zip(labels, together(reads, of_server=True), strict=True))

    def _whole(self, label: str, ids: Sequence[str], types: tuple[str, ...]) -> WholeRecords:
        found = WholeRecords([], {type_: [] for type_ in types}, set())
        text = statements.select_whole(label, types)
        for start in range(0, len(ids), _WHOLE):
            for of, rows in self._run(text, {"ids": list(ids[start : start + _WHOLE])}):
                if of == "Version":
                    found.versioned.update(id_ for (id_,) in rows)
                elif of is None:
                    found.records.extend(_named(rows, node_schema(label)))
                else:
                    found.links[of].extend(_named(rows, link_schema(of)))
        return found

    def derived(self, label: str, ids: pa.Array) -> pa.Table:
        schema = pa.schema([("id", pa.string()), *((p.name, ARROW[p.type]) for p in NODE[label].derived)])
        return read_by_ids(self._run, statements.select_derived(label), ids, schema)

    def versions(self, label: str, ids: pa.Array) -> pa.Table:
        if self._has_none("Version"):
            return no_versions()
        return read_by_ids(self._run, statements.select_versions(), ids, version_schema(), label=label)

    def strays(self, type_: str) -> pa.Table:
        return _table(self._run(statements.select_strays(type_), {}), link_schema(type_))

    def derived_strays(self, type_: str) -> pa.Table:
        return _table(self._run(statements.select_derived_strays(type_), {}), link_schema(type_))

    def total(self, name: str) -> int:
        return int(self._run(statements.total(NODE.get(name) or RELATIONSHIP[name]), {})[0][0])

    def _has_none(self, name: str) -> bool:
        """Whether there were no Versions, or links of a type, when any of them were first asked for."""
        if self._in_use is None:
            self._in_use = frozenset(in_use for (in_use,) in self._run(statements.IN_USE, {}))
        return name not in self._in_use

    def close(self) -> None:
        """Nothing is held open between the portions."""


def read_by_ids(run: Run, text: str, ids: pa.Array, schema: pa.Schema, **params: Any) -> pa.Table:
    """The rows of a statement for $ids, so many ids at a time as a statement takes well."""
    tables = [schema.empty_table()]
    for start in range(0, len(ids), _IDS):
        rows = run(text, {"ids": ids.slice(start, _IDS).to_pylist(), **params})
        tables.append(_table(rows, schema))
    return pa.concat_tables(tables)


def _named(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> list[dict[str, Any]]:
    """Rows with the names of the columns, as they come out of a table."""
    types = [_PYTHON[field.type] for field in schema]
    if all(value is None or type(value) is of for row in rows for value, of in zip(row, types, strict=True)):
        return [dict(zip(schema.names, row, strict=True)) for row in rows]
    named: list[dict[str, Any]] = _table([tuple(row) for row in rows], schema).to_pylist()
    return named


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [_column(c, f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, type_)
    except (pa.ArrowException, OverflowError):
        # Neo4j holds any value in any property.
        expected = _PYTHON[type_]
        return pa.array([v if v is None or type(v) is expected else _unlike(v, expected) for v in values], type_)


_PYTHON: dict[pa.DataType, type] = {pa.string(): str, pa.int64(): int, pa.bool_(): bool, pa.float64(): float}


def _unlike(value: Any, expected: type) -> Any:
    """In place of a value of another type, one that no load writes; of truth values there is only null."""
    if expected is str:
        return f"\x00{type(value).__name__} {value}"
    return {int: statements.LEAST, float: float("nan")}.get(expected)
