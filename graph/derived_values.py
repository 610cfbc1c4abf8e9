"""What a load or a rebuild derives for persons, organisations, materials and cases, set by set.

Each function reads what stands, the open load's own writes included, and gives a table to be written: display
values, links OF_TYPE and UNDER. None of them writes.
"""

from __future__ import annotations

from typing import Any, Protocol

import pyarrow as pa

from graph.classification import of_type_links
from graph.items import under_links
from graph.prevailing import STATEMENTS, display_values
from graph.schema import NODE
from graph.store import Row

_CASES = pa.schema(
    [("id", pa.string()), ("item_id", pa.string()), ("accepted_at", pa.int64()), ("opened_at", pa.int64())]
)
_TYPES = pa.schema([("id", pa.string()), ("name", pa.string()), ("synonyms", pa.string())])


class Reader(Protocol):
    """A store, or the writer of an open load, which also sees what it has written."""

    def read(self, name: str, **params: Any) -> list[Row]: ...


def displayed(reader: Reader, label: str, ids: pa.Array) -> pa.Table:
    """`id` and the derived properties of the persons or organisations `ids`, by the rule of graph/prevailing.py."""
    fields = [p.name for p in NODE[label].derived]
    rows = reader.read("derive/statements", ids=ids.to_pylist(), fields=fields) if len(ids) else []
    return display_values(label, ids, _table(rows, STATEMENTS))


def types_of_materials(reader: Reader, materials: pa.Table) -> pa.Table:
    """The links OF_TYPE of `materials` (id, title). All of them change when a type's names do."""
    return of_type_links(materials, _table(reader.read("derive/material_types"), _TYPES))


def standards_of_cases(reader: Reader, ids: pa.Array) -> pa.Table:
    """The links UNDER of the cases `ids`, once their derived values stand. All change when a standard does."""
    rows = reader.read("derive/case_items", ids=ids.to_pylist()) if len(ids) else []
    return under_links(_table(rows, _CASES), reader.read("derive/item_versions"))


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
