"""OCEL 2.0 in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from etl.file_bytes import text_form, utf8_pieces
from etl.ocel_log import LogTables, OcelLog, Of
from etl.source_rows import Kind
from graph.canonical import canonical
from graph.errors import UnreadableInput

LARGEST = 1 << 28
PARTS = ("objectTypes", "eventTypes", "objects", "events")
EXPORT_AGAIN = "Export the log again as OCEL 2.0."
NAMES = {dict: "an object", list: "a list", bool: "true or false", type(None): "null", str: "a text"}


class _Number(str):
    """A number as it is written: no digit is lost, and none is added."""

    kind: Kind = "float"


class _Integer(_Number):
    kind: Kind = "int"


class _Object(dict[str, Any]):
    """A JSON object that knows which of its keys stands twice."""

    twice: str | None = None


def read_ocel_json(path: Path) -> OcelLog:
    """The log in a JSON file, plain or gzip, in UTF-8, UTF-16 with a byte order mark, or GB18030.

    Numbers are kept as they are written. Keys that OCEL does not know are left out, with a remark.

    Raises UnreadableInput, with the place as `events[3].relationships[0]`, for what is no JSON or no OCEL 2.0,
    a value of another type than OCEL's, a key that stands twice, a type that is declared twice, and for files
    of more than 256 MB.
    """
    root = _parsed(path)
    return _Reader(path).read(root)


def _parsed(path: Path) -> Any:
    size, pieces = 0, []
    for piece in utf8_pieces(path, text_form(path).encoding):
        size += len(piece)
        if size > LARGEST:
            raise UnreadableInput(
                f"{path} holds more than {LARGEST >> 20} MB of JSON, which is read as a whole.",
                "Export the log as OCEL 2.0 in SQLite or XML.",
            )
        pieces.append(piece)
    try:
        return json.loads(
            b"".join(pieces).decode(),
            object_pairs_hook=_object,
            parse_int=_Integer,
            parse_float=_Number,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise UnreadableInput(
            f"{path} line {error.lineno} column {error.colno} is no JSON: {error.msg}.",
            "Fetch the file again if it was cut off, or mend the JSON there.",
        ) from error
    except RecursionError as error:
        raise UnreadableInput(
            f"{path} holds lists within lists, too deep to be an OCEL log.", EXPORT_AGAIN
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        made.twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return made


def _constant(name: str) -> _Number:
    return _Number(name.replace("Infinity", "INF"))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = LogTables(path)
        self._foreign: set[str] = set()

    def read(self, root: Any) -> OcelLog:
        self._object(root, "the file", PARTS)
        if any(key.startswith("ocel:") for key in root):
            raise UnreadableInput(
                f"{self._path} is an OCEL 1.0 log: it has the key {next(iter(root))!r}.",
                "Convert it to OCEL 2.0, which states qualifiers and changes of attributes.",
            )
        for part in PARTS:
            if part not in root:
                raise UnreadableInput(f"{self._path} is no OCEL 2.0 log: it has no {part!r}.", EXPORT_AGAIN)
        self._types("object", root["objectTypes"], "objectTypes")
        self._types("event", root["eventTypes"], "eventTypes")
        self._objects(root["objects"])
        self._events(root["events"])
        if self._foreign:
            names = ", ".join(sorted(self._foreign))
            self._log.remarks.append(f"Keys that OCEL does not know were left out: {names}.")
        return self._log.log()

    def _types(self, of: Of, types: Any, place: str) -> None:
        seen: set[str] = set()
        for type_, at in self._each(types, place, ("name", "attributes")):
            name = self._text(type_, "name", at)
            if name is None or name in seen:
                what = "has no name" if name is None else f"declares {name!r} a second time"
                raise UnreadableInput(f"{self._path}: {at} {what}.", EXPORT_AGAIN)
            seen.add(name)
            attributes = []
            for one, inner in self._each(type_.get("attributes"), f"{at}.attributes", ("name", "type")):
                attributes.append((self._named(one, inner), self._text(one, "type", inner) or "string"))
            self._log.declare(of, name, attributes)

    def _objects(self, objects: Any) -> None:
        for one, at in self._each(objects, "objects", ("id", "type", "attributes", "relationships")):
            id_, type_ = self._text(one, "id", at), self._text(one, "type", at)
            place = self._log.record("object", id_, type_)
            for said, inner in self._each(one.get("attributes"), f"{at}.attributes", ("name", "time", "value")):
                value, kind = self._value(said, inner)
                name, time = self._named(said, inner), self._text(said, "time", inner)
                self._log.object_value(place, type_, name, value, time, kind)
            self._relations("object", id_, one, at)

    def _events(self, events: Any) -> None:
        for one, at in self._each(events, "events", ("id", "type", "time", "attributes", "relationships")):
            id_, type_, time = (self._text(one, key, at) for key in ("id", "type", "time"))
            place = self._log.record("event", id_, type_, time)
            for said, inner in self._each(one.get("attributes"), f"{at}.attributes", ("name", "value")):
                value, kind = self._value(said, inner)
                self._log.event_value(place, type_, self._named(said, inner), value, kind)
            self._relations("event", id_, one, at)

    def _relations(self, of: Of, id_: str | None, record: Any, at: str) -> None:
        place = f"{at}.relationships"
        for one, inner in self._each(record.get("relationships"), place, ("objectId", "qualifier")):
            self._log.relation(of, id_, self._text(one, "objectId", inner), self._text(one, "qualifier", inner))

    def _each(self, value: Any, place: str, keys: tuple[str, ...]) -> Iterable[tuple[Any, str]]:
        """The objects of a list with their places; nothing where the list is not there."""
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(place, value, "a list")
        at = (f"{place}[{index}]" for index in range(len(value)))
        return ((self._object(one, where, keys), where) for one, where in zip(value, at, strict=True))

    def _object(self, value: Any, place: str, keys: tuple[str, ...]) -> _Object:
        if not isinstance(value, _Object):
            raise self._wrong(place, value, "an object")
        if value.twice is not None:
            raise UnreadableInput(
                f"{self._path}: the key {value.twice!r} stands twice in {place}.",
                "Export the log again, or leave one of the two in.",
            )
        if not value.keys() <= set(keys):
            self._foreign |= value.keys() - set(keys)
        return value

    def _text(self, record: _Object, key: str, place: str) -> str | None:
        """A text, None where it is not there or ''."""
        value = record.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or isinstance(value, _Number):
            raise self._wrong(f"{place}.{key}", value, "a text")
        return self._clean(value, f"{place}.{key}")

    def _named(self, record: _Object, place: str) -> str:
        name = self._text(record, "name", place)
        if name is None:
            raise UnreadableInput(f"{self._path}: {place} has no name.", EXPORT_AGAIN)
        return name

    def _value(self, record: _Object, place: str) -> tuple[str | None, Kind]:
        value = record.get("value")
        if isinstance(value, bool):
            return ("true" if value else "false"), "boolean"
        if isinstance(value, _Number):
            return str(value), value.kind
        return self._text(record, "value", place), "text"

    def _clean(self, text: str, place: str) -> str | None:
        if "\0" in text or not (text.isascii() or text.isprintable() or _whole(text)):
            raise UnreadableInput(
                f"{self._path}: {place} is no text: it holds a NUL, or half of a character pair.", EXPORT_AGAIN
            )
        return text or None

    def _wrong(self, place: str, value: Any, wanted: str) -> UnreadableInput:
        kind = "a number" if isinstance(value, _Number) else NAMES.get(_plain(value), "something else")
        shown = canonical(value)
        shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
        return UnreadableInput(f"{self._path}: {place} is {kind} ({shown}), and not {wanted}.", EXPORT_AGAIN)


def _plain(value: Any) -> type:
    return next((t for t in (dict, list, bool, str) if isinstance(value, t)), type(value))


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
