"""An OCEL 2.0 log as JSON or SQLite."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.ocel_log import OcelLog, Of

_OCEL_TYPE = {"text": "string", "date": "time", "int": "integer", "float": "float", "boolean": "boolean"}
_COLUMN_TYPE = {"text": "TEXT", "date": "TIMESTAMP", "int": "INTEGER", "float": "REAL", "boolean": "BOOLEAN"}
_FIELDS: dict[Of, str] = {"event": "event_values", "object": "object_values"}


def write_ocel_json(log: OcelLog, path: Path, *, packed: bool) -> None:
    """Writes the log as JSON, in gzip where it is `packed`; record by record."""
    with gzip.GzipFile(path, "wb", mtime=0) if packed else path.open("wb") as file:
        for piece in _pieces(log):
            file.write(piece.encode())


def _pieces(log: OcelLog) -> Iterator[str]:
    yield "{"
    for of, name in (("object", "objectTypes"), ("event", "eventTypes")):
        yield f'"{name}":{_json(_declared(log, of))},\n'
    yield '"objects":['
    yield from _listed(_objects(log))
    yield '],\n"events":['
    yield from _listed(_events(log))
    yield "]}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _listed(records: Iterable[object]) -> Iterator[str]:
    before = "\n"
    for record in records:
        yield before + _json(record)
        before = ",\n"


def _declared(log: OcelLog, of: str) -> list[dict[str, Any]]:
    types: dict[str, list[dict[str, str]]] = {}
    for row in log.declared.to_pylist():
        if row["of"] == of:
            fields = types.setdefault(row["type"], [])
            if row["field"] is not None:
                fields.append({"name": row["field"], "type": _OCEL_TYPE[row["kind"]]})
    return [{"name": name, "attributes": fields} for name, fields in types.items()]


def _value(kind: str, text: str) -> object:
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    return text == "true" if kind == "boolean" else text


def _relations(table: pa.Table) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for from_id, to_id, qualifier in zip(*(table[n].to_pylist() for n in table.column_names), strict=True):
        found[from_id].append({"objectId": to_id, "qualifier": qualifier or ""})
    return found


def _by_place(table: pa.Table) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist():
        said = {"name": row["field"], "value": _value(row["kind"], row["value"])}
        found[row["place"]].append({**said, "time": row["time"]} if "time" in row else said)
    return found


def _objects(log: OcelLog) -> Iterator[dict[str, Any]]:
    values, related = _by_place(log.object_values), _relations(log.object_objects)
    for place, row in enumerate(log.objects.to_pylist()):
        yield {**row, "attributes": values.get(place, []), "relationships": related.get(row["id"], [])}


def _events(log: OcelLog) -> Iterator[dict[str, Any]]:
    values, related = _by_place(log.event_values), _relations(log.event_objects)
    for place, row in enumerate(log.events.to_pylist()):
        time = {} if row["time"] is None else {"time": row["time"]}
        said = {"id": row["id"], "type": row["type"], **time}
        yield {**said, "attributes": values.get(place, []), "relationships": related.get(row["id"], [])}


def write_ocel_sqlite(log: OcelLog, path: Path) -> None:
    """Writes the log as an SQLite database with the tables of the standard."""
    with closing(sqlite3.connect(path)) as database, database:
        for of in ("event", "object"):
            database.execute(f"CREATE TABLE {of} (ocel_id TEXT, ocel_type TEXT)")
            database.execute(f"CREATE TABLE {of}_map_type (ocel_type TEXT, ocel_type_map TEXT)")
        database.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
        database.execute("CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT)")
        _insert(database, "event_object", _rows(log.event_objects))
        _insert(database, "object_object", _rows(log.object_objects))
        _insert(database, "event", zip(*(log.events[n].to_pylist() for n in ("id", "type")), strict=True))
        _insert(database, "object", _rows(log.objects))
        _write_types(database, log, "event")
        _write_types(database, log, "object")


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    width = len(database.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall())
    database.executemany(f"INSERT INTO {_quoted(table)} VALUES ({', '.join('?' * width)})", rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _write_types(database: sqlite3.Connection, log: OcelLog, of: Of) -> None:
    """A table for each type: of events a row for each, of objects one from the start and one for each change."""
    taken: set[str] = {"map_type", "object"}
    rows_of: dict[str, list[int]] = defaultdict(list)
    table = log.events if of == "event" else log.objects
    for place, type_ in enumerate(table["type"].to_pylist()):
        rows_of[type_].append(place)
    values: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in getattr(log, _FIELDS[of]).to_pylist():
        values[row["place"]].append(row)
    records = table.to_pylist()
    for declared in _declared_columns(log, of):
        type_, fields = declared
        part = _part(type_, taken)
        database.execute(f"INSERT INTO {of}_map_type VALUES (?, ?)", (type_, part))
        own = ["ocel_id TEXT", "ocel_time TIMESTAMP", *(["ocel_changed_field TEXT"] if of == "object" else [])]
        columns = [f"{_quoted(name)} {_COLUMN_TYPE[kind]}" for name, kind in fields.items()]
        name = f"{of}_{part}"
        database.execute(f"CREATE TABLE {_quoted(name)} ({', '.join([*own, *columns])})")
        place_of = {field: n for n, field in enumerate(fields)}
        marks = ", ".join("?" * (len(own) + len(fields)))
        written = (
            row
            for place in rows_of[type_]
            for row in (_event_rows if of == "event" else _object_rows)(records[place], values[place], place_of)
        )
        database.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", written)


def _declared_columns(log: OcelLog, of: Of) -> list[tuple[str, dict[str, str]]]:
    types: dict[str, dict[str, str]] = {}
    for row in log.declared.to_pylist():
        if row["of"] == of:
            fields = types.setdefault(row["type"], {})
            if row["field"] is not None:
                fields[row["field"]] = row["kind"]
    return list(types.items())


def _part(type_: str, taken: set[str]) -> str:
    """The end of a table's name: the letters and digits of the type, told apart without regard to case."""
    plain = re.sub(r"\W+", "", type_) or "type"
    part, number = plain, 1
    while part.casefold() in taken:
        number += 1
        part = f"{plain}{number}"
    taken.add(part.casefold())
    return part


def _cell(row: dict[str, Any]) -> object:
    value = _value(row["kind"], row["value"])
    return int(value) if isinstance(value, bool) else value


def _event_rows(
    record: dict[str, Any], values: list[dict[str, Any]], place_of: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    cells: list[object] = [None] * len(place_of)
    for value in values:
        cells[place_of[value["field"]]] = _cell(value)
    yield (record["id"], record["time"], *cells)


def _object_rows(
    record: dict[str, Any], values: list[dict[str, Any]], place_of: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    start: list[object] = [None] * len(place_of)
    changes = []
    first = None
    for value in values:
        at = place_of[value["field"]]
        if first is None or value["time"] == first:
            first = value["time"]
            start[at] = _cell(value)
        else:
            changed: list[object] = [None] * len(place_of)
            changed[at] = _cell(value)
            changes.append((record["id"], value["time"], value["field"], *changed))
    yield (record["id"], first, None, *start)
    yield from changes
