"""Facts: what records state about persons, organisations, cases and objects, each statement a node of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.statements import Links
from graph.canonical import canonical
from graph.identifiers import keyed_text
from graph.upsert import link_table, node_table

COLUMNS = pa.schema(
    [
        ("record", pa.string()),
        ("subject_label", pa.string()),
        ("subject", pa.string()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("unit", pa.string()),
        ("valid_from", pa.string()),
        ("valid_to", pa.string()),
        ("stated_at", pa.int64()),
        ("row", pa.int64()),
    ]
)
_WHOLE = r"^-?[0-9]{1,18}$"


@dataclass(frozen=True)
class FactRecords:
    """The Fact records of a file, the links by which records state them, and whom they are about."""

    nodes: pa.Table
    states: Links
    about: Links


def statements_table(count: int, **columns: pa.Array | pa.Scalar | str | None) -> pa.Table:
    """Statements (COLUMNS) of `count` records; a scalar or text stands for all, what is not given is null.
    Statements without a subject or value are left out."""

    def column(name: str, type_: pa.DataType) -> pa.Array:
        given = columns.get(name)
        if given is None:
            return pa.nulls(count, type_)
        if isinstance(given, str):
            return pa.repeat(pa.scalar(given, type_), count)
        return given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given

    table = pa.table({f.name: column(f.name, f.type) for f in COLUMNS}, schema=COLUMNS)
    return table.filter(pc.and_(table["subject"].is_valid(), table["value"].is_valid()))


def fact_records(parts: Sequence[pa.Table], owner: str, system: str, key: bytes) -> FactRecords:
    """Fact records of statements (COLUMNS) by records of the label `owner`."""
    table = pa.concat_tables([COLUMNS.empty_table(), *parts]).combine_chunks()
    ids = fact_ids(table, system, key)
    whole = pc.and_(pc.match_substring_regex(table["value"], _WHOLE), table["unit"].is_valid())
    text = pc.if_else(whole, table["value"], pa.scalar(None, pa.string()))
    nodes = node_table(
        "Fact",
        ids,
        table["row"].combine_chunks(),
        number=text.cast(pa.int64()).combine_chunks(),
        **{
            name: table[name].combine_chunks()
            for name in ("field", "value", "unit", "valid_from", "valid_to", "stated_at")
        },
    )
    states = link_table("STATES", (owner, "Fact"), table["record"].combine_chunks(), ids)
    about = link_table("ABOUT", ("Fact", ""), ids, table["subject"].combine_chunks())
    about = about.set_column(2, "to_label", table["subject_label"])
    return FactRecords(nodes, Links("STATES", owner, states), Links("ABOUT", "Fact", about))


def fact_ids(table: pa.Table, system: str, key: bytes) -> pa.Array:
    """The ids of statements with the columns `record`, `subject` and `field`.

    Each is made of the record that states it, whom it is about, the field, and its place among such statements,
    not of the value: a corrected value is another content of the same fact.
    """
    parts = [_each(table[name], canonical) for name in ("record", "subject", "field")]
    said = pc.binary_join_element_wise(*parts, ",")
    codes = said.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    index = np.arange(len(codes))
    starts = np.ones(len(codes), bool)
    starts[1:] = codes[order][1:] != codes[order][:-1]
    nth = np.empty(len(codes), np.int64)
    nth[order] = index - (np.maximum.accumulate(np.where(starts, index, 0)) if len(codes) else index)
    places = zip(said.to_pylist(), nth.tolist(), strict=True)
    return pa.array([f"{system}:f:{keyed_text(key, f'[{text},{n}]')}" for text, n in places], pa.string())


def _each(texts: pa.ChunkedArray, made: Callable[[str], str]) -> pa.Array:
    encoded = texts.combine_chunks().dictionary_encode()
    return pa.array([made(t) for t in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
