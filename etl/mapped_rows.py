"""Mapping: the columns of a source become the fields of the graph; what nothing names stays as attributes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from etl.mapping import FIELDS, ResolvedMapping
from etl.source_rows import Column, SourceRows
from graph.canonical import canonical, quoted
from graph.instants import iso, parse
from graph.quarantine import SET_ASIDE


@dataclass(frozen=True)
class MappedRows:
    """`fields` has the columns `row` (int64) and one text column per name of `FIELDS`, null where absent.

    `named` are the texts of the columns that applicants, materials and facts name; `case_columns` and
    `event_columns` are what nothing took. All are as long as `fields`.
    """

    fields: pa.Table
    named: dict[str, pa.Array]
    case_columns: tuple[Column, ...]
    event_columns: tuple[Column, ...]

    def chosen(self, mask: pa.Array) -> MappedRows:
        """The rows where `mask` is true."""

        def columns(given: tuple[Column, ...]) -> tuple[Column, ...]:
            return tuple(Column(c.name, c.scope, c.kind, c.values.filter(mask)) for c in given)

        return MappedRows(
            self.fields.filter(mask),
            {name: values.filter(mask) for name, values in self.named.items()},
            columns(self.case_columns),
            columns(self.event_columns),
        )


def apply_mapping(rows: SourceRows, mapping: ResolvedMapping) -> MappedRows:
    """Gives each column its meaning."""
    return _mapped(rows.columns, rows.numbers, mapping)


def empty_cases(rows: SourceRows, mapping: ResolvedMapping) -> MappedRows:
    """The same for traces without events."""
    return _mapped(rows.empty_cases, rows.empty_numbers, mapping)


def _mapped(columns: Sequence[Column], numbers: pa.Array, mapping: ResolvedMapping) -> MappedRows:
    by_name: dict[str, list[Column]] = {}
    for column in columns:
        by_name.setdefault(_full_name(column), []).append(column)
    fields = {"row": numbers}
    taken = {*mapping.ignore, *(name for name in by_name if name.startswith(SET_ASIDE))}
    named = {name: pc.coalesce(*(_text(c.values) for c in by_name[name])) for name in mapping.named() & set(by_name)}
    taken |= set(named)
    for field in FIELDS:
        name = mapping.columns.get(field)
        constant = mapping.constants.get(field)
        if name is not None and name in by_name:
            taken.add(name)
            fields[field] = pc.coalesce(*(_text(c.values) for c in by_name[name]))
        else:
            fields[field] = (
                pa.array([constant] * len(numbers), pa.string()) if constant else pa.nulls(len(numbers), pa.string())
            )
    left = [c for c in columns if _full_name(c) not in taken]
    left = [_typed(c, mapping) for c in left]
    is_case = [c.scope == "case" or c.name in mapping.case_columns for c in left]
    return MappedRows(
        pa.table(fields),
        named,
        tuple(c for c, case in zip(left, is_case, strict=True) if case),
        tuple(c for c, case in zip(left, is_case, strict=True) if not case),
    )


def _full_name(column: Column) -> str:
    return f"case:{column.name}" if column.scope == "case" else column.name


def _typed(column: Column, mapping: ResolvedMapping) -> Column:
    kind = mapping.types.get(_full_name(column))
    return column if kind is None else Column(column.name, column.scope, kind, column.values)


def _text(values: pa.Array) -> pa.Array:
    return values.cast(pa.string()) if values.type != pa.string() else values


def _encoder(kind: str) -> Callable[[str], str]:
    def encode(value: str) -> str:
        if kind == "nested":
            return value
        if kind == "int":
            return str(int(value))
        if kind == "boolean":
            return value.strip().lower().replace("1", "true").replace("0", "false")
        return canonical(value) if kind == "text" else canonical({kind: value})

    return encode


def fragments(column: Column) -> pa.Array:
    """Each value of a column as JSON: text and integers plainly, other types as {"type": "text"}."""
    if column.kind == "text" and not pa.types.is_dictionary(column.values.type):
        return quoted(column.values)
    encoded = column.values if pa.types.is_dictionary(column.values.type) else column.values.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return _fragments(encoded.dictionary, column.kind).take(encoded.indices)


def _fragments(values: pa.Array, kind: str) -> pa.Array:
    if kind == "text":
        return quoted(values)
    encode = _encoder(kind)
    texts = _dates(values) if kind == "date" else values
    return pa.array([None if v is None else encode(v) for v in texts.to_pylist()], pa.string())


def _dates(texts: pa.Array) -> pa.Array:
    """Instants in one form, in their own offset; what is none stays as it stands."""
    read = parse(texts, midnight_exact=True)
    parts = (read.at_ms.to_pylist(), read.offset.to_pylist(), texts.to_pylist())
    said = [text if at is None else iso(at, offset, "millisecond") for at, offset, text in zip(*parts, strict=True)]
    return pa.array(said, pa.string())


def objects(members: Sequence[tuple[str, pa.Array]], count: int) -> pa.Array:
    """One canonical JSON object a row from members (key, JSON or null); null where a row has none."""
    if not members:
        return pa.nulls(count, pa.string())
    ordered = sorted(members, key=lambda m: m[0])
    parts = [pc.binary_join_element_wise(json.dumps(key, ensure_ascii=False), values, ":") for key, values in ordered]
    # The empty first part keeps a row in which all others are null: Arrow drops such a row from the result.
    joined = pc.binary_join_element_wise("", *parts, ",", null_handling="skip")
    body = pc.utf8_slice_codeunits(joined, 1)
    whole = pc.binary_join_element_wise("{", body, "}", "")
    return pc.if_else(pc.equal(body, ""), pa.scalar(None, pa.string()), whole)
