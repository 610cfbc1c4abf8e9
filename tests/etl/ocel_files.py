"""OCEL logs in tests: a small model of one, and its three formats written from it, apart from the readers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

START = "1970-01-01T00:00:00Z"
COLUMN = {"string": "TEXT", "integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN", "time": "TIMESTAMP"}
Value = str | int | float | bool


@dataclass(frozen=True)
class Entry:
    """An event (`time`) or object; `changes` are (field, value, time), `relations` (object, qualifier)."""

    id: str
    type: str
    time: str | None = None
    values: dict[str, Value] = field(default_factory=dict)
    changes: tuple[tuple[str, Value, str], ...] = ()
    relations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Model:
    """`event_types` and `object_types`: type -> field -> declared type."""

    event_types: dict[str, dict[str, str]]
    object_types: dict[str, dict[str, str]]
    events: tuple[Entry, ...] = ()
    objects: tuple[Entry, ...] = ()


def write_json(model: Model, path: Path) -> Path:
    def types(declared: dict[str, dict[str, str]]) -> list[Any]:
        return [
            {"name": t, "attributes": [{"name": n, "type": k} for n, k in fields.items()]}
            for t, fields in declared.items()
        ]

    def relations(entry: Entry) -> list[Any]:
        return [{"objectId": o, "qualifier": q} for o, q in entry.relations]

    events = [
        {
            "id": e.id,
            "type": e.type,
            **({} if e.time is None else {"time": e.time}),
            "attributes": [{"name": n, "value": v} for n, v in e.values.items()],
            "relationships": relations(e),
        }
        for e in model.events
    ]
    objects = [
        {
            "id": o.id,
            "type": o.type,
            "attributes": [{"name": n, "value": v, "time": START} for n, v in o.values.items()]
            + [{"name": n, "value": v, "time": t} for n, v, t in o.changes],
            "relationships": relations(o),
        }
        for o in model.objects
    ]
    said = {
        "objectTypes": types(model.object_types),
        "eventTypes": types(model.event_types),
        "objects": objects,
        "events": events,
    }
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return path


def write_xml(model: Model, path: Path) -> Path:
    root = ElementTree.Element("log")
    for of, declared in (("object", model.object_types), ("event", model.event_types)):
        types = ElementTree.SubElement(root, f"{of}-types")
        for type_, fields in declared.items():
            one = ElementTree.SubElement(types, f"{of}-type", name=type_)
            attributes = ElementTree.SubElement(one, "attributes")
            for name, kind in fields.items():
                ElementTree.SubElement(attributes, "attribute", name=name, type=kind)
    for of, entries in (("object", model.objects), ("event", model.events)):
        records = ElementTree.SubElement(root, f"{of}s")
        for entry in entries:
            time = {} if entry.time is None else {"time": entry.time}
            one = ElementTree.SubElement(records, of, id=entry.id, type=entry.type, **time)
            attributes = ElementTree.SubElement(one, "attributes")
            start = {"time": START} if of == "object" else {}
            for name, value in entry.values.items():
                ElementTree.SubElement(attributes, "attribute", name=name, **start).text = _spelled(value)
            for name, value, at in entry.changes:
                ElementTree.SubElement(attributes, "attribute", name=name, time=at).text = _spelled(value)
            objects = ElementTree.SubElement(one, "objects")
            for to_id, qualifier in entry.relations:
                ElementTree.SubElement(objects, "relationship", {"object-id": to_id, "qualifier": qualifier})
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


def _spelled(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_sqlite(model: Model, path: Path) -> Path:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        for of, declared, entries in (
            ("event", model.event_types, model.events),
            ("object", model.object_types, model.objects),
        ):
            _write_records(database, of, declared, entries)
        database.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
        database.execute("CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT)")
        for table, entries in (("event_object", model.events), ("object_object", model.objects)):
            rows = [(e.id, to_id, qualifier) for e in entries for to_id, qualifier in e.relations]
            database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        database.commit()
    return path


def _write_records(
    database: sqlite3.Connection, of: str, declared: dict[str, dict[str, str]], entries: tuple[Entry, ...]
) -> None:
    database.execute(f"CREATE TABLE {of} (ocel_id TEXT, ocel_type TEXT)")
    database.execute(f"CREATE TABLE {of}_map_type (ocel_type TEXT, ocel_type_map TEXT)")
    database.executemany(f"INSERT INTO {of} VALUES (?, ?)", [(e.id, e.type) for e in entries])
    for number, (type_, fields) in enumerate(declared.items()):
        database.execute(f"INSERT INTO {of}_map_type VALUES (?, ?)", (type_, f"T{number}"))
        own = ["ocel_id TEXT", "ocel_time TIMESTAMP"] + (["ocel_changed_field TEXT"] if of == "object" else [])
        columns = ", ".join([*own, *(f'"{name}" {COLUMN[kind]}' for name, kind in fields.items())])
        database.execute(f"CREATE TABLE {of}_T{number} ({columns})")
        for entry in (e for e in entries if e.type == type_):
            said = [entry.values.get(name) for name in fields]
            rows = [[entry.id, entry.time, *said] if of == "event" else [entry.id, START, None, *said]]
            for name, value, time in entry.changes:
                rows.append([entry.id, time, name, *(value if n == name else None for n in fields)])
            marks = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT INTO {of}_T{number} VALUES ({marks})", rows)


WRITERS = {"json": write_json, "xml": write_xml, "sqlite": write_sqlite}

# A case with two events at one instant, materials, people by number, a change, and relations of each kind.
HALL = Model(
    event_types={"受理": {"note": "string", "copies": "integer"}, "审批": {"ok": "boolean"}},
    object_types={
        "item": {"region": "string", "fee": "float"},
        "person": {"card": "string", "full name": "string", "age": "integer"},
        "clerk": {"role": "string"},
        "window": {},
        "form": {"title": "string", "pages": "integer"},
        "thing": {"colour": "string", "since": "time"},
    },
    events=(
        Entry(
            "e1",
            "受理",
            "2024-01-02T09:00:00+08:00",
            {"note": "first", "copies": 2},
            relations=(
                ("c1", "opens"),
                ("c1", "about"),
                ("p1", "applicant"),
                ("k1", "clerk"),
                ("w1", "at"),
                ("f1", "received"),
                ("t1", "shown"),
            ),
        ),
        Entry(
            "e2",
            "审批",
            "2024-01-02T09:00:00+08:00",
            {"ok": True},
            relations=(("c1", "decides"), ("c2", "decides"), ("f1", "reads"), ("f1", "reads"), ("t1", "makes")),
        ),
        Entry("e3", "审批", None, relations=(("c1", "decides"),)),
    ),
    objects=(
        Entry("c1", "item", values={"region": "浦东", "fee": 1.5}),
        Entry("c2", "item"),
        Entry(
            "p1",
            "person",
            values={"card": "11010519491231002X", "full name": "王五", "age": 74},
            relations=(("c1", "applies for"),),
        ),
        Entry("k1", "clerk", values={"role": "reviewer"}, relations=(("w1", "sits at"),)),
        Entry("w1", "window"),
        Entry("f1", "form", values={"title": "申请表", "pages": 2}, relations=(("c1", "belongs to"),)),
        Entry(
            "t1",
            "thing",
            values={"colour": "red"},
            changes=(
                ("colour", "blue", "2024-01-02T09:00:00+08:00"),
                ("colour", "red", "2024-01-03T09:00:00+08:00"),
                ("since", "2024-01-01T00:00:00+08:00", "2024-01-03T09:00:00+08:00"),
            ),
        ),
    ),
)
