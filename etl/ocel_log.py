"""An OCEL 2.0 log as tables, whatever its format, and how a reader gathers them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from etl.source_rows import Kind
from etl.xes_attributes import CHECKS
from graph.canonical import canonical
from graph.errors import UnreadableInput

Of = Literal["event", "object"]

KINDS: dict[str, Kind] = {
    "string": "text",
    "time": "date",
    "integer": "int",
    "float": "float",
    "boolean": "boolean",
    # Not of the standard, but written by exporters.
    "date": "date",
    "datetime": "date",
    "timestamp": "date",
    "int": "int",
    "long": "int",
    "double": "float",
    "real": "float",
    "bool": "boolean",
}


def _texts(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


DECLARED = pa.schema(_texts("of", "type", "field", "kind"))
EVENTS = pa.schema(_texts("id", "type", "time"))
OBJECTS = pa.schema(_texts("id", "type"))
EVENT_VALUES = pa.schema([("place", pa.int64()), *_texts("field", "kind", "value")])
OBJECT_VALUES = pa.schema([("place", pa.int64()), *_texts("field", "kind", "value", "time")])
RELATIONS = pa.schema(_texts("from_id", "to_id", "qualifier"))
STRAYS = pa.schema(_texts("text", "reason"))


@dataclass(frozen=True)
class OcelLog:
    """One log, every table in the order of its file; every value is the text there, null where there is none.

    `declared` (DECLARED): each type of events and objects, once with `field` null and once for each attribute
    it declares. `events`, `objects`: as they stand, also those without id or type and those that stand twice.
    `event_values`, `object_values`: attributes; `place` counts the events or objects from 0; a value has a
    `time` where the file gives it one, and may be null then. `kind` is the declared one (`Kind`), or `text`
    where the value is not of it. `event_objects`, `object_objects` (RELATIONS). `strays`: rows that belong to
    no record, with the reason. `remarks` are sentences for the report.
    """

    declared: pa.Table
    events: pa.Table
    event_values: pa.Table
    objects: pa.Table
    object_values: pa.Table
    event_objects: pa.Table
    object_objects: pa.Table
    strays: pa.Table
    remarks: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the file has; a value with a date may be one, and counts here in any case."""
        tables = (self.events, self.objects, self.object_values, self.event_objects, self.object_objects, self.strays)
        return sum(table.num_rows for table in tables)

    @property
    def header(self) -> str:
        """What the log declares, as JSON: `{"event": {"type": {"field": "kind"}}, "object": …}`."""
        said: dict[str, dict[str, dict[str, str]]] = {"event": {}, "object": {}}
        for row in self.declared.to_pylist():
            fields = said[row["of"]].setdefault(row["type"], {})
            if row["field"] is not None:
                fields[row["field"]] = row["kind"]
        return canonical(said)


class LogTables:
    """Gathers a log row by row: lists of columns, made Arrow tables at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.remarks: list[str] = []
        self._kinds: dict[tuple[Of, str, str], Kind] = {}
        self._misfits: Counter[tuple[Of, str, str, Kind]] = Counter()
        self._undeclared: Counter[tuple[Of, str, str]] = Counter()
        self._declared: list[tuple[str, str, str | None, str | None]] = []
        self._rows: dict[Of, list[tuple[str | None, ...]]] = {"event": [], "object": []}
        self._values: dict[Of, list[tuple[Any, ...]]] = {"event": [], "object": []}
        self._relations: dict[Of, list[tuple[str | None, str | None, str | None]]] = {"event": [], "object": []}
        self._strays: list[tuple[str, str]] = []

    def declare(self, of: Of, type_: str, attributes: Iterable[tuple[str, str]]) -> None:
        """A type with its attributes and their declared types, by any of the names in KINDS."""
        self._declared.append((of, type_, None, None))
        for field, declared in attributes:
            kind = KINDS.get(declared.lower())
            if kind is None:
                self.remarks.append(
                    f"The {of} type {type_!r} declares {field!r} as {declared!r}, which OCEL does not know; "
                    "its values are kept as text."
                )
                kind = "text"
            self._kinds[of, type_, field] = kind
            self._declared.append((of, type_, field, kind))

    def record(self, of: Of, *row: str | None) -> int:
        """An event (id, type, time) or object (id, type); gives its place."""
        self._rows[of].append(row)
        return len(self._rows[of]) - 1

    def event_value(self, place: int, type_: str | None, field: str, value: str | None, own: Kind = "text") -> None:
        """An attribute of an event; `own` is the kind of the value by itself, where none is declared."""
        if value is not None:
            self._values["event"].append((place, field, self._kind("event", type_, field, value, own), value))

    def object_value(
        self, place: int, type_: str | None, field: str, value: str | None, time: str | None, own: Kind = "text"
    ) -> None:
        """An attribute of an object from `time` on; without time and value it says nothing."""
        if value is not None or time is not None:
            row = (place, field, self._kind("object", type_, field, value, own), value, time)
            self._values["object"].append(row)

    def relation(self, of: Of, from_id: str | None, to_id: str | None, qualifier: str | None) -> None:
        """A relation from an event or object to an object."""
        self._relations[of].append((from_id, to_id, qualifier))

    def stray(self, text: str, reason: str) -> None:
        """A row that belongs to no record."""
        self._strays.append((text, reason))

    def _kind(self, of: Of, type_: str | None, field: str, value: str | None, own: Kind) -> Kind:
        kind = self._kinds.get((of, type_ or "", field))
        if kind is None:
            self._undeclared[of, type_ or "", field] += 1
            kind = own
        if value is None or kind not in CHECKS or CHECKS[kind](value):
            return kind
        self._misfits[of, type_ or "", field, kind] += 1
        return "text"

    def log(self) -> OcelLog:
        """Everything gathered; values are put in the order of their records."""
        for (of, type_, field), count in self._undeclared.items():
            self.remarks.append(f"{count} values of {field!r} of the {of} type {type_!r}: it is not declared there.")
        for (of, type_, field, kind), count in self._misfits.items():
            self.remarks.append(
                f"{count} values of {field!r} of the {of} type {type_!r} are no {kind}; they are kept as text."
            )
        return OcelLog(
            declared=self._table(self._declared, DECLARED),
            events=self._table(self._rows["event"], EVENTS),
            event_values=_by_place(self._table(self._values["event"], EVENT_VALUES)),
            objects=self._table(self._rows["object"], OBJECTS),
            object_values=_by_place(self._table(self._values["object"], OBJECT_VALUES)),
            event_objects=self._table(self._relations["event"], RELATIONS),
            object_objects=self._table(self._relations["object"], RELATIONS),
            strays=self._table(self._strays, STRAYS),
            remarks=tuple(self.remarks),
        )

    def _table(self, rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        try:
            return pa.table(
                [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
            ).combine_chunks()
        except UnicodeEncodeError as error:
            raise UnreadableInput(
                f"{self._path}: {error.object[:80]!r} holds half of a character pair (\\ud800 to \\udfff).",
                "Export the log again; no text holds such a half.",
            ) from error


def _by_place(values: pa.Table) -> pa.Table:
    order = np.argsort(values["place"].to_numpy(), kind="stable")
    return values.take(pa.array(order, pa.int64()))
