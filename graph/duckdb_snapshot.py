"""Everything that an embedded store holds, in portions of one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from graph import duckdb_statements as statements
from graph.schema import RELATIONSHIP
from graph.snapshot_columns import link_schema, node_schema, table_of, version_schema

_ROWS = 100_000
_FEW = 500


class DuckDBSnapshot:
    """One transaction, so that all portions are of the same moment."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._cursor.execute("BEGIN TRANSACTION READ ONLY")
        self._empty: frozenset[str] | None = None

    def scan(self, label: str) -> Iterator[pa.Table]:
        end = self._cursor.execute(statements.end_of(label)).fetchall()[0][0]
        for start in range(0, end, _ROWS):
            portion = self._arrow(statements.scan_nodes(label), {"start": start, "end": start + _ROWS})
            if portion.num_rows:
                yield portion

    def stated(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        end = RELATIONSHIP[type_].stated_by or "from"
        schema = link_schema(type_)
        if self._has_none(type_):
            return schema.empty_table()
        found = self._chosen(partial(statements.select_all_links, type_), f"{end}_id", ids, schema)
        of_label = pc.equal(found[f"{end}_label"], label)
        return found if pc.all(pc.fill_null(of_label, False)).as_py() else found.filter(of_label)

    def unowned(self, type_: str, label: str) -> pa.Table:
        return self._arrow(statements.select_unowned(type_, label, RELATIONSHIP[type_].stated_by or "from"))

    def records(self, label: str, ids: pa.Array) -> pa.Table:
        return self._chosen(partial(statements.select_exactly, label), "id", ids, node_schema(label))

    def derived(self, label: str, ids: pa.Array) -> pa.Table:
        return self._arrow(statements.select_derived(label), wanted=pa.table({"wanted_id": ids}))

    def versions(self, label: str, ids: pa.Array) -> pa.Table:
        if self._has_none("Version"):
            return version_schema().empty_table()
        found = self._chosen(statements.select_versions, "of_id", ids, version_schema())
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
            found = self._cursor.execute(statements.EMPTY_TABLES).fetchall()
            self._empty = frozenset(table for (table,) in found)
        return name in self._empty

    def _chosen(self, select: Callable[[str], str], column: str, ids: pa.Array, schema: pa.Schema) -> pa.Table:
        """Rows whose `column` is one of `ids`; `select` makes the statement from what follows FROM.

        Few are found by the index, which serves a scan with one condition only; for many the table is read once.
        """
        if not len(ids):
            return schema.empty_table()
        if len(ids) <= _FEW:
            # Few rows come sooner as tuples than as columns.
            text = select(f"WHERE n.{column} IN $ids")
            return table_of(self._cursor.execute(text, {"ids": ids.to_pylist()}).fetchall(), schema)
        return self._arrow(
            select(f"JOIN wanted ON n.{column} = wanted.wanted_id"), wanted=pa.table({"wanted_id": ids})
        )

    def _arrow(self, text: str, params: dict[str, Any] | None = None, wanted: pa.Table | None = None) -> pa.Table:
        """The answer to a query, which finds `wanted` by this name."""
        return self._cursor.sql(text, params=params or {}).to_arrow_table()

    def close(self) -> None:
        self._cursor.execute("ROLLBACK")
        self._cursor.close()
