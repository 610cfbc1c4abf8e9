"""The columns in which a snapshot gives records, links and Versions, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from graph.schema import NODE, RELATIONSHIP, Property, clock_of
from graph.store import Row
from graph.upsert import ARROW, ENDS


@cache
def node_schema(label: str) -> pa.Schema:
    """The columns of records of a label: id, content, clock."""
    properties = (*NODE[label].content, *clock_of(NODE[label]))
    return pa.schema([("id", pa.string()), *((p.name, ARROW[p.type]) for p in properties)])


@cache
def link_schema(type_: str) -> pa.Schema:
    """The columns of links of a type: ends, properties, clock."""
    link = RELATIONSHIP[type_]
    properties = (*link.properties, *clock_of(link))
    return pa.schema([*((name, pa.string()) for name in ENDS), *((p.name, ARROW[p.type]) for p in properties)])


@cache
def instants_of_nodes(label: str) -> tuple[int, ...]:
    """The places of the columns of records that hold instants."""
    return _instants(1, (*NODE[label].content, *clock_of(NODE[label])))


@cache
def instants_of_links(type_: str) -> tuple[int, ...]:
    """The places of the columns of links that hold instants."""
    link = RELATIONSHIP[type_]
    return _instants(len(ENDS), (*link.properties, *clock_of(link)))


def _instants(first: int, properties: Sequence[Property]) -> tuple[int, ...]:
    return tuple(place for place, p in enumerate(properties, first) if p.type == "instant")


@cache
def version_schema() -> pa.Schema:
    """The columns of Versions."""
    return pa.schema([("id", pa.string()), *((p.name, ARROW[p.type]) for p in NODE["Version"].properties)])


@cache
def no_links(type_: str) -> pa.Table:
    """No links of a type; a table is never changed, so one is enough."""
    return link_schema(type_).empty_table()


@cache
def no_versions() -> pa.Table:
    """No Versions."""
    return version_schema().empty_table()


def table_of(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Rows as a table with these columns."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
