"""Attributes of XES elements: what they say, whether they say it rightly, and their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.source_rows import Column, Kind, Scope
from graph.canonical import canonical
from graph.errors import UnreadableInput

CHUNK = 8192

KINDS: dict[str, Kind] = {
    "string": "text",
    "date": "date",
    "int": "int",
    "float": "float",
    "boolean": "boolean",
    "id": "id",
}
COLLECTIONS = ("list", "container")

BLANKS = "[ \t\r\n]*"
INT = re.compile(rf"{BLANKS}([+-]?)0*([0-9]+){BLANKS}")
FLOAT = re.compile(rf"{BLANKS}([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN){BLANKS}")
BOOLEAN = re.compile(rf"{BLANKS}(true|false|1|0){BLANKS}", re.IGNORECASE)


def _is_int(value: str) -> bool:
    found = INT.fullmatch(value)
    if found is None:
        return False
    sign, digits = found.groups()
    # 64 bits are 19 digits; Python refuses to convert more than 4,300.
    return len(digits) < 19 or (len(digits) == 19 and -(2**63) <= int(sign + digits) < 2**63)


CHECKS: dict[str, Callable[[str], object]] = {
    "int": _is_int,
    "float": FLOAT.fullmatch,
    "boolean": BOOLEAN.fullmatch,
}


class Fault(Exception):
    """Why an element cannot be taken: the reason for the quarantine."""


class AttributeColumns:
    """Rows of attributes, gathered into one column per key and kind and handed to Arrow in chunks."""

    def __init__(self, namespace: str) -> None:
        self.rows = 0
        self._row = 0  # within the open chunk
        self._reader = AttributeReader(namespace)
        self._open: dict[Kind, dict[str, list[str | None]]] = {kind: {} for kind in (*KINDS.values(), "nested")}
        self._plain = {namespace + name: self._open[kind] for name, kind in KINDS.items()}
        self._checks = {namespace + name: check for name, check in CHECKS.items()}
        self._done: dict[tuple[str, Kind], list[pa.Array]] = {}

    def add(self, attributes: Iterable[Any]) -> None:
        """One more row; raises Fault, and adds nothing, where an attribute is none."""
        row, plain, checks = self._row, self._plain, self._checks
        seen: set[str] = set()
        try:
            for attribute in attributes:
                tag = attribute.tag
                key = attribute.get("key")
                value = attribute.get("value") or None
                columns = plain.get(tag)
                if columns is None or key is None or len(attribute):
                    value = canonical(self._reader.described(attribute))
                    columns = self._open["nested"]
                elif tag in checks and value is not None and not checks[tag](value):
                    raise self._reader.fault(attribute)
                if key in seen:
                    key = free_name(key, seen)
                seen.add(key)
                values = columns.get(key)
                if values is None:
                    values = columns[key] = []
                if len(values) < row:
                    values.extend([None] * (row - len(values)))
                values.append(value)
        except Fault:
            self._drop_after(row)
            raise
        self._row += 1
        self.rows += 1
        if self._row == CHUNK:
            self._close_chunk()

    def _drop_after(self, row: int) -> None:
        for columns in self._open.values():
            for values in columns.values():
                del values[row:]

    def _close_chunk(self) -> None:
        start = self.rows - self._row
        for kind, columns in self._open.items():
            for key, values in columns.items():
                if values:
                    chunks = self._done.setdefault((key, kind), [])
                    missing = start - sum(map(len, chunks))
                    values.extend([None] * (self._row - len(values)))
                    chunks += [pa.nulls(missing, pa.string()), pa.array(values, pa.string())]
                    values.clear()
        self._row = 0

    def columns(self, scope: Scope, path: Path) -> Iterator[Column]:
        """The columns of all rows; each is given up as it is handed on."""
        self._close_chunk()
        for key, kind in list(self._done):
            chunks = self._done.pop((key, kind))
            missing = self.rows - sum(map(len, chunks))
            try:
                values = pa.concat_arrays([*chunks, pa.nulls(missing, pa.string())])
            except pa.ArrowInvalid as error:
                raise UnreadableInput(
                    f"{path}: attribute {key!r} holds more than 2 GB of text.", "Load the log in parts."
                ) from error
            yield Column(key, scope, kind, values)


class AttributeReader:
    """Single attributes with all below them, and what is wrong with them."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def name(self, element: Any) -> str:
        return str(element.tag).removeprefix(self._namespace)

    def fault(self, attribute: Any) -> Fault:
        key, value, name = attribute.get("key"), attribute.get("value"), self.name(attribute)
        return Fault(f"attribute {key!r} is {value!r}, which is no {name}")

    def described(self, attribute: Any) -> dict[str, Any]:
        """An attribute without its key, as `read_xes` says; raises Fault."""
        name = self.name(attribute)
        if name not in KINDS and name not in COLLECTIONS:
            raise Fault(f"<{name}> is no attribute of XES")
        if attribute.get("key") is None:
            raise Fault(f"a <{name}> has no key")
        if name == "container":
            return {"container": self.mapping(attribute)}
        if name == "list":
            return self._list(attribute)
        value = attribute.get("value") or None
        if value is not None and name in CHECKS and not CHECKS[name](value):
            raise self.fault(attribute)
        described: dict[str, Any] = {KINDS[name]: value}
        if len(attribute):
            described["nested"] = self.mapping(attribute)
        return described

    def _list(self, attribute: Any) -> dict[str, Any]:
        wrapped = attribute.findall(f"{self._namespace}values")
        items = [item for values in wrapped for item in values] if wrapped else list(attribute)
        described: dict[str, Any] = {"list": [{"key": item.get("key"), **self.described(item)} for item in items]}
        beside = [child for child in attribute if child not in wrapped] if wrapped else []
        if beside:
            described["nested"] = self.mapping(beside)
        return described

    def mapping(self, attributes: Iterable[Any]) -> dict[str, Any]:
        """Attributes by key."""
        found: dict[str, Any] = {}
        for attribute in attributes:
            described = self.described(attribute)
            found[free_name(attribute.get("key"), found)] = described
        return found


def free_name(key: str, taken: Iterable[str]) -> str:
    name, place = key, 1
    while name in taken:
        place += 1
        name = f"{key}~{place}"
    return name
