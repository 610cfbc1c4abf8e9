"""Everything that an embedded store holds, in portions of one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph import duckdb_statements as statements
from graph.duckdb_file import Commits, UntilWritten
from graph.schema import RELATIONSHIP
from graph.snapshot_columns import (
    instants_of_links,
    instants_of_nodes,
    link_schema,
    no_links,
    no_versions,
    node_schema,
    table_of,
    version_schema,
)
from graph.store import Row, WholeRecords
from graph.together import together

_ROWS = 100_000
_FEW = 500
_EPOCH = datetime(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
# Python has these in place of the infinite instants too.
_AMBIGUOUS = frozenset({datetime.min, datetime.max})


class _Select(Protocol):
    """Makes a statement from what follows FROM; a `plain` one gives instants as they are held."""

    def __call__(self, where: str, *, plain: bool = False) -> str: ...


@dataclass(frozen=True)
class _Asked:
    """Rows with certain ids in a column: `select` makes the statement, `instants` are the places of those."""

    select: _Select
    column: str
    schema: pa.Schema
    instants: Sequence[int] = ()


def _of_nodes(label: str) -> _Asked:
    select = partial(statements.select_exactly, label)
    return _Asked(select, "id", node_schema(label), instants_of_nodes(label))


def _of_links(type_: str) -> _Asked:
    select = partial(statements.select_all_links, type_)
    return _Asked(select, f"{_stating(type_)}_id", link_schema(type_), instants_of_links(type_))


def _stating(type_: str) -> str:
    return RELATIONSHIP[type_].stated_by or "from"


class DuckDBSnapshot:
    """One transaction, so that all portions are of the same moment."""

    def __init__(
        self,
        cursor: Callable[[], duckdb.DuckDBPyConnection],
        parsed: Callable[[str], Any],
        commits: Commits,
        empty: UntilWritten[frozenset[str]],
    ) -> None:
        self._new, self._parsed, self._commits, self._empty_now = cursor, parsed, commits, empty
        self._begun = commits.count()
        self._cursor = cursor()
        self._cursor.execute(parsed("BEGIN TRANSACTION READ ONLY"))
        self._empty: frozenset[str] | None = None
        self._other: DuckDBSnapshot | None = None

    def other(self) -> DuckDBSnapshot | None:
        """Another one of the same moment, for another thread to read side by side; None where that cannot be had.
        It is closed with this one."""
        if self._other is None:
            other = DuckDBSnapshot(self._new, self._parsed, self._commits, self._empty_now)
            self._has_none("Version")
            # A transaction is of the moment when it first reads.
            other._run(statements.any_of("Archive"))
            other._empty = self._empty
            if self._begun is None or self._commits.count() != self._begun:
                other.close()
                return None
            self._other = other
        return self._other

    def scan(self, label: str) -> Iterator[pa.Table]:
        end = self._cursor.execute(statements.end_of(label)).fetchall()[0][0]
        for start in range(0, end, _ROWS):
            portion = self._arrow(statements.scan_nodes(label), {"start": start, "end": start + _ROWS})
            if portion.num_rows:
                yield portion

    def stated(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        if self._has_none(type_):
            return no_links(type_)
        found = self._chosen(_of_links(type_), ids)
        of_label = pc.equal(found[f"{_stating(type_)}_label"], label)
        return found if pc.all(pc.fill_null(of_label, False)).as_py() else found.filter(of_label)

    def unowned(self, type_: str, label: str) -> pa.Table:
        return self._arrow(statements.select_unowned(type_, label, _stating(type_)))

    def records(self, label: str, ids: pa.Array) -> pa.Table:
        return self._chosen(_of_nodes(label), ids)

    def whole(self, ids: Mapping[str, Sequence[str]], types: Mapping[str, Sequence[str]]) -> dict[str, WholeRecords]:
        other = self.other()
        free: SimpleQueue[DuckDBSnapshot] = SimpleQueue()
        for one in (self, other) if other else (self,):
            free.put(one)

        def read(label: str, type_: str | None) -> list[dict[str, Any]]:
            mine = free.get()
            try:
                return (
                    mine._stated_rows(type_, label, ids[label])
                    if type_
                    else mine._named(_of_nodes(label), ids[label])
                )
            finally:
                free.put(mine)

        # What is asked of most records takes longest.
        labels = sorted(ids, key=lambda label: -len(ids[label]))
        asked = [(label, type_) for label in labels for type_ in (None, *types[label])]
        reads = [partial(read, label, type_) for label, type_ in asked]
        rows = dict(zip(asked, together(reads) if other else [one() for one in reads], strict=True))
        found = {}
        for label, of in ids.items():
            versioned = self.versions(label, pa.array(of, pa.string()))["of_id"].to_pylist()
            links = {type_: rows[label, type_] for type_ in types[label]}
            found[label] = WholeRecords(rows[label, None], links, set(versioned))
        return found

    def _stated_rows(self, type_: str, label: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        if self._has_none(type_):
            return []
        return [link for link in self._named(_of_links(type_), ids) if link[f"{_stating(type_)}_label"] == label]

    def derived(self, label: str, ids: pa.Array) -> pa.Table:
        return self._arrow(statements.select_derived(label), wanted=pa.table({"wanted_id": ids}))

    def versions(self, label: str, ids: pa.Array) -> pa.Table:
        if self._has_none("Version"):
            return no_versions()
        of_records = _Asked(lambda where, **_: statements.select_versions(where), "of_id", version_schema())
        found = self._chosen(of_records, ids)
        return found.filter(pc.equal(found["label"], label))

    def strays(self, type_: str) -> pa.Table:
        return self._arrow(statements.select_strays(type_))

    def derived_strays(self, type_: str) -> pa.Table:
        return self._arrow(statements.select_derived_strays(type_))

    def total(self, name: str) -> int:
        return int(self._cursor.execute(statements.total(name)).fetchall()[0][0])

    def _has_none(self, name: str) -> bool:
        """Whether a table is empty: that of all tables costs less than to ask one of them for some ids."""
        if self._empty is None:
            # Rows that were deleted are counted too, so that nothing is passed over that this transaction sees.
            # Others have read it too, as long as nothing was written since this transaction began.
            is_now = self._begun is not None and self._commits.count() == self._begun
            self._empty = self._empty_now.read(self._empty_tables) if is_now else self._empty_tables()
        return name in self._empty

    def _empty_tables(self) -> frozenset[str]:
        return frozenset(table for (table,) in self._run(statements.EMPTY_TABLES))

    def _chosen(self, asked: _Asked, ids: pa.Array) -> pa.Table:
        """The rows with these ids.

        Few are found by the index, which serves a scan with one condition only; for many the table is read once.
        """
        if not len(ids):
            return asked.schema.empty_table()
        if len(ids) <= _FEW:
            return table_of(self._few(asked, ids.to_pylist()), asked.schema)
        where = f"JOIN wanted ON n.{asked.column} = wanted.wanted_id"
        return self._arrow(asked.select(where), wanted=pa.table({"wanted_id": ids}))

    def _named(self, asked: _Asked, ids: Sequence[str]) -> list[dict[str, Any]]:
        """The same row by row, with the names of the columns."""
        if len(ids) > _FEW:
            found: list[dict[str, Any]] = self._chosen(asked, pa.array(ids)).to_pylist()
            return found
        return [dict(zip(asked.schema.names, row, strict=True)) for row in self._few(asked, ids)]

    def _few(self, asked: _Asked, ids: Sequence[str]) -> list[Row]:
        """Few rows come sooner as tuples than as columns, and instants as they are held without planning for them."""
        where = f"WHERE n.{asked.column} IN $ids"
        rows = self._run(asked.select(where, plain=True), {"ids": ids})
        try:
            return [_with_milliseconds(row, asked.instants) for row in rows] if asked.instants else rows
        except _Ambiguous:
            return self._run(asked.select(where), {"ids": ids})

    def _run(self, text: str, params: dict[str, Any] | None = None) -> list[Row]:
        rows: list[Row] = self._cursor.execute(self._parsed(text), params).fetchall()
        return rows

    def _arrow(self, text: str, params: dict[str, Any] | None = None, wanted: pa.Table | None = None) -> pa.Table:
        """The answer to a query, which finds `wanted` by this name."""
        return self._cursor.sql(text, params=params or {}).to_arrow_table()

    def close(self) -> None:
        if self._other is not None:
            self._other.close()
        self._run("ROLLBACK")
        self._cursor.close()


class _Ambiguous(ValueError):
    """An instant that Python does not have, or has for another one too."""


def _with_milliseconds(row: Row, instants: Sequence[int]) -> Row:
    """A row with its instants in milliseconds, as the statements give them that are not plain."""
    values = list(row)
    for place in instants:
        if values[place] is not None:
            values[place] = _milliseconds(values[place])
    return tuple(values)


def _milliseconds(held: object) -> int:
    if not isinstance(held, datetime) or held in _AMBIGUOUS:
        raise _Ambiguous(held)
    since, finer = divmod(held - _EPOCH, _MILLISECOND)
    return statements.LEAST if finer else since
