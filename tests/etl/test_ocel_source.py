"""OCEL 2.0 in three formats: the same log from each, the real ones counted, and files that cannot be read."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from etl import ocel_json
from etl.ocel_log import OcelLog
from etl.ocel_source import ocel_form, read_ocel
from graph.errors import UnreadableInput
from tests.etl.ocel_files import HALL, START, WRITERS, Entry, Model, write_json, write_sqlite, write_xml

ORDERS = "ocel2_order_running_example.sqlite"
EXAMPLES = ("ocel20_example.sqlite", "ocel20_example.jsonocel", "ocel20_example.xmlocel")

TEXT = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=6)
NAME = st.text(st.sampled_from("abcdef号"), min_size=1, max_size=3)
TIME = st.datetimes(min_value=None).map(lambda t: t.isoformat()) | st.just("2024-05-01 10:00:00")
# OCEL writes what holds from the start with the first day of 1970: a change is of another day.
CHANGED = TIME.filter(lambda text: text[:4] not in ("1969", "1970"))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "integer": st.integers(-(2**63), 2**63 - 1),
    # SQLite stores -0.0 as 0.
    "float": st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0),
    "boolean": st.booleans(),
    "time": TIME,
}
TYPES = st.dictionaries(
    TEXT, st.dictionaries(NAME, st.sampled_from(list(VALUES)), max_size=3), min_size=1, max_size=3
)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Logs in which every record has a type; relations may dangle and stand twice."""
    event_types, object_types = draw(TYPES), draw(TYPES)
    ids = draw(st.lists(TEXT, max_size=8, unique=True))
    targets = st.lists(st.tuples(st.sampled_from([*ids, "nowhere"]), TEXT), max_size=3).map(tuple)

    def values(declared: dict[str, str]) -> dict[str, Any]:
        return {name: draw(VALUES[kind]) for name, kind in declared.items() if draw(st.booleans())}

    def changes(declared: dict[str, str]) -> tuple[tuple[str, Any, str], ...]:
        chosen = draw(st.lists(st.sampled_from(sorted(declared)), max_size=3)) if declared else []
        return tuple((name, draw(VALUES[declared[name]]), draw(CHANGED)) for name in chosen)

    objects = []
    for id_ in ids:
        type_ = draw(st.sampled_from(sorted(object_types)))
        said = object_types[type_]
        objects.append(
            Entry(id_, type_, None, values(said), changes(said), draw(targets)),
        )
    events = []
    for id_ in draw(st.lists(TEXT, max_size=6, unique=True)):
        type_ = draw(st.sampled_from(sorted(event_types)))
        events.append(
            Entry(id_, type_, draw(TIME | st.none()), values(event_types[type_]), (), draw(targets)),
        )
    return Model(event_types, object_types, tuple(events), tuple(objects))


def tables(log: OcelLog) -> dict[str, list[Any]]:
    """The tables of a log; the declared types without their order."""
    said = {f.name: getattr(log, f.name).to_pylist() for f in fields(log) if f.name != "remarks"}
    return {**said, "declared": sorted(said["declared"], key=str)}


@settings(max_examples=60, deadline=None)
@given(model=models())
def test_the_three_formats_are_one_log(model: Model, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    read = [tables(read_ocel(write(model, folder / f"generated.{form}"))) for form, write in WRITERS.items()]
    assert read[0] == read[1] == read[2]
    assert [(e["id"], e["type"], e["time"]) for e in read[0]["events"]] == [
        (e.id, e.type, e.time) for e in model.events
    ]
    assert len(read[0]["object_values"]) == sum(len(o.values) + len(o.changes) for o in model.objects)
    assert [(r["from_id"], r["to_id"], r["qualifier"]) for r in read[0]["event_objects"]] == [
        (e.id, to_id, qualifier) for e in model.events for to_id, qualifier in e.relations
    ]


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_is_known_by_its_content(tmp_path: Path, form: str) -> None:
    path = WRITERS[form](HALL, tmp_path / "log")
    assert ocel_form(path) == form
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert ocel_form(packed) == form
    if form != "sqlite":
        assert tables(read_ocel(packed)) == tables(read_ocel(path))


@pytest.mark.parametrize(
    "content",
    [
        "case,activity\n1,a\n",
        '<log xmlns="http://www.xes-standard.org/"><trace/></log>',
        "<log><event/></log>",
        "<log/>",
        '{"specversion": "1.0", "type": "x"}\n{"specversion": "1.0"}\n',
        "[]",
    ],
)
def test_other_files_are_left_to_others(tmp_path: Path, content: str) -> None:
    path = tmp_path / "log"
    path.write_text(content, encoding="utf-8")
    assert ocel_form(path) is None
    with pytest.raises(UnreadableInput, match="is no OCEL"):
        read_ocel(path)


@pytest.mark.real
def test_the_example_is_whole_in_each_format(real_data: Path) -> None:
    folder = real_data / "logs"
    logs = [read_ocel(folder / name) for name in EXAMPLES]
    root = json.loads((folder / EXAMPLES[1]).read_text(encoding="utf-8"))
    tree = etree.parse(folder / EXAMPLES[2])
    for log in logs:
        assert (log.events.num_rows, log.objects.num_rows, log.strays.num_rows) == (13, 9, 0)
        assert set(pairs(log.events, "id", "type")) == {(e["id"], e["type"]) for e in root["events"]}
        assert set(pairs(log.objects, "id", "type")) == {(o["id"], o["type"]) for o in root["objects"]}
        for table, part in ((log.event_objects, "events"), (log.object_objects, "objects")):
            assert sorted(pairs(table, "from_id", "to_id", "qualifier")) == sorted(
                (one["id"], r["objectId"], r["qualifier"]) for one in root[part] for r in one.get("relationships", ())
            )
        assert sorted(pairs(log.object_values, "field", "value")) == sorted(
            (a["name"], a["value"]) for o in root["objects"] for a in o.get("attributes", ())
        )
        assert sorted(pairs(log.event_values, "field", "value")) == sorted(
            (a.get("name"), a.text) for a in tree.findall("events/event/attributes/attribute")
        )
    assert len(tree.findall("events/event/objects/relationship")) == logs[2].event_objects.num_rows
    assert len(tree.findall("objects/object/objects/relationship")) == logs[2].object_objects.num_rows


@pytest.mark.real
def test_the_orders_are_whole(real_data: Path) -> None:
    path = real_data / "logs" / ORDERS
    log = read_ocel(path)
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return database.execute(query).fetchall()

        assert sorted(pairs(log.events, "id", "type")) == sorted(rows("SELECT ocel_id, ocel_type FROM event"))
        assert sorted(pairs(log.objects, "id", "type")) == sorted(rows("SELECT ocel_id, ocel_type FROM object"))
        for table, name in ((log.event_objects, "event_object"), (log.object_objects, "object_object")):
            assert sorted(pairs(table, "from_id", "to_id", "qualifier")) == sorted(rows(f"SELECT * FROM {name}"))
        times = {
            row
            for (part,) in rows("SELECT ocel_type_map FROM event_map_type")
            for row in rows(f"SELECT ocel_id, ocel_time FROM event_{part}")
        }
        assert set(pairs(log.events, "id", "time")) == times
        prices = rows("SELECT ocel_id, ocel_time, price FROM object_Products WHERE ocel_changed_field IS NOT NULL")
    changes = [r for r in log.object_values.to_pylist() if not r["time"].startswith("1970-")]
    ids = log.objects["id"].to_pylist()
    assert sorted((ids[r["place"]], r["time"], float(r["value"])) for r in changes) == sorted(prices)
    assert {r["field"] for r in changes} == {"price"}
    assert (log.events.num_rows, log.objects.num_rows, len(changes), log.strays.num_rows) == (18_211, 10_031, 120, 0)


def pairs(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def test_numbers_keep_their_digits_and_misfits_their_text(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text(
        '{"objectTypes": [{"name": "o", "attributes": [{"name": "n", "type": "integer"}, '
        '{"name": "f", "type": "float"}, {"name": "b", "type": "boolean"}]}], "eventTypes": [], "events": [], '
        '"objects": [{"id": "1", "type": "o", "attributes": ['
        '{"name": "f", "value": 0.10000000000000000000001}, {"name": "n", "value": 3.5}, '
        '{"name": "b", "value": "perhaps"}, {"name": "n", "value": 99999999999999999999}, '
        '{"name": "x", "value": true}, {"name": "f", "value": null}, {"name": "f", "value": "", "time": "t"}]}]}',
        encoding="utf-8",
    )
    log = read_ocel(path)
    assert pairs(log.object_values, "field", "kind", "value", "time") == [
        ("f", "float", "0.10000000000000000000001", None),
        ("n", "text", "3.5", None),
        ("b", "text", "perhaps", None),
        ("n", "text", "99999999999999999999", None),
        ("x", "boolean", "true", None),
        ("f", "float", None, "t"),
    ]
    assert log.remarks == (
        "1 values of 'x' of the object type 'o': it is not declared there.",
        "2 values of 'n' of the object type 'o' are no int; they are kept as text.",
        "1 values of 'b' of the object type 'o' are no boolean; they are kept as text.",
    )


def changed(folder: Path, *statements: str) -> Path:
    path = write_sqlite(HALL, folder / "log.sqlite")
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


def test_rows_of_no_record_are_strays(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        "INSERT INTO event_T0 VALUES ('e9', '2024-01-01', 'x', 1)",
        "INSERT INTO event_T0 VALUES ('e2', '2024-01-01', 'x', 1)",
        "INSERT INTO event_T0 VALUES ('e1', '2024-01-01', 'x', 1)",
        "INSERT INTO object_T5 VALUES (NULL, NULL, NULL, 'red', NULL)",
        "INSERT INTO object_T5 VALUES ('t1', '2024-02-01', 'shape', 'red', NULL)",
        "INSERT INTO object_T5 VALUES ('t1', '2024-02-01', 'colour', 'green', '2024-01-01T00:00:00+08:00')",
        "INSERT INTO object_T5 VALUES ('t1', '2024-02-01', 'colour', 'grey', '2025-01-01')",
        "CREATE TABLE object_Lost (ocel_id TEXT, ocel_time TEXT)",
        "INSERT INTO object_Lost VALUES ('t7', 'x')",
    )
    log = read_ocel(path)
    assert log.strays["reason"].to_pylist() == [
        "there is no event 'e9' in the log",
        "the event 'e2' is of the type '审批' and not '受理'",
        "the event 'e1' has a row in 'event_T0' already",
        "it names no object",
        "the changed field 'shape' is no column of 'object_T5'",
        "a change of 'colour' also gives since another value; only 'colour' was taken",
        "no type of object_map_type has the table 'object_Lost'",
    ]
    assert json.loads(log.strays["text"][0].as_py()) == {
        "table": "event_T0",
        "ocel_id": "e9",
        "ocel_time": "2024-01-01",
        "note": "x",
        "copies": "1",
    }
    assert ("colour", "green") in pairs(log.object_values, "field", "value")


def test_ids_are_text_whatever_their_column(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE EVENT (OCEL_ID INTEGER, ocel_type TEXT);
            CREATE TABLE object (ocel_id INTEGER, ocel_type TEXT);
            CREATE TABLE event_object (ocel_event_id INT, ocel_object_id REAL, ocel_qualifier TEXT);
            CREATE TABLE object_object (ocel_source_id, ocel_target_id, ocel_qualifier);
            CREATE TABLE event_map_type (ocel_type, ocel_type_map);
            CREATE TABLE object_map_type (ocel_type, ocel_type_map);
            CREATE TABLE event_A (ocel_id TEXT, ocel_time TEXT);
            CREATE TABLE object_B (ocel_id TEXT, ocel_time TEXT, Weight REAL);
            INSERT INTO event VALUES (1, 'a'), (NULL, 'a');
            INSERT INTO object VALUES (7, 'b');
            INSERT INTO event_object VALUES (1, '7', '');
            INSERT INTO event_map_type VALUES ('a', 'A');
            INSERT INTO object_map_type VALUES ('b', 'B');
            INSERT INTO event_A VALUES ('1', '2024-01-01');
            INSERT INTO object_B VALUES ('7', '1970-01-01', 9e999);
            """
        )
    log = read_ocel(path)
    assert pairs(log.events, "id", "time") == [("1", "2024-01-01"), (None, None)]
    assert pairs(log.object_values, "place", "kind", "value") == [(0, "float", "INF")]
    assert pairs(log.event_objects, "from_id", "to_id", "qualifier") == [("1", "7.0", None)]


def page(path: Path, number: int) -> None:
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    content[(number - 1) * size : number * size] = b"\xff" * size
    path.write_bytes(content)


def root_page(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        number: int = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        return number


def _damaged(folder: Path) -> Path:
    path = changed(folder)
    page(path, root_page(path, "event_object"))
    return path


def _cut(folder: Path) -> Path:
    path = changed(folder)
    path.write_bytes(path.read_bytes()[:-5000])
    return path


def _written(folder: Path) -> Path:
    path = changed(folder)
    path.with_name(path.name + "-wal").write_bytes(b"changes")
    return path


def _packed(folder: Path) -> Path:
    path = changed(folder)
    path.write_bytes(gzip.compress(path.read_bytes()))
    return path


def _raw(folder: Path) -> Path:
    path = folder / "log.sqlite"
    path.write_bytes(b"SQLite format 3\0 and nothing of the kind" + b"x" * 4000)
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_raw, "log.sqlite cannot be read as an SQLite database"),
        (_damaged, "damaged SQLite database|cannot be read"),
        (_cut, "damaged SQLite database|cannot be read"),
        (_written, "is being written, or was left in the middle of it: log.sqlite-wal lies beside it"),
        (_packed, "is an SQLite database in gzip"),
        (lambda f: changed(f, "DROP TABLE object_object"), "not a whole OCEL 2.0: it has no table object_object"),
        (
            lambda f: changed(f, "DROP TABLE event", "CREATE VIEW event AS SELECT 'e1' ocel_id, '受理' ocel_type"),
            "it has no table event",
        ),
        (lambda f: changed(f, "DROP TABLE event_T1"), "names the table 'event_T1' for the type '审批', which is not"),
        (lambda f: changed(f, "ALTER TABLE object DROP COLUMN ocel_type"), "'object' has no column ocel_type"),
        (lambda f: changed(f, "ALTER TABLE event_T0 DROP COLUMN ocel_time"), "'event_T0' has no column ocel_time"),
        (lambda f: changed(f, "UPDATE event SET ocel_id = x'00ff'"), "a row of 'event' holds a BLOB"),
        (
            lambda f: changed(f, "UPDATE object SET ocel_id = CAST(x'ff' AS TEXT)"),
            "the table 'object' cannot be read: Could not decode to UTF-8",
        ),
    ],
)
def test_databases_that_cannot_be_read(tmp_path: Path, make: Callable[[Path], Path], message: str) -> None:
    with pytest.raises(UnreadableInput, match=message) as raised:
        read_ocel(make(tmp_path))
    assert "log.sqlite" in raised.value.message
    assert raised.value.remedy


def test_a_database_without_ocel_says_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE people (name)")
    with pytest.raises(UnreadableInput, match=r"no OCEL 2\.0: it has no table .* its tables are: people"):
        read_ocel(path)


def edited(**parts: Any) -> str:
    said = {"objectTypes": [{"name": "o"}], "eventTypes": [{"name": "e"}], "objects": [], "events": []}
    return json.dumps({**said, **parts})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"objects": [}', "line 1 column 14 is no JSON"),
        (edited()[:-1], "is no JSON"),
        ('{"objects": [], "events": []}', "it has no 'objectTypes'"),
        ('{"ocel:global-log": {}}', "is an OCEL 1.0 log"),
        ('{"objects": [], "objects": []}', "the key 'objects' stands twice in the file"),
        (edited().replace("[]", '[{"id": "1", "id": "2"}]', 1), r"the key 'id' stands twice in objects\[0\]"),
        (edited(objects={}), "objects is an object .*, and not a list"),
        (edited(objects=["x"]), r"objects\[0\] is a text .*, and not an object"),
        (edited(events=[{"id": 5}]), r"events\[0\].id is a number \(.*5.*\), and not a text"),
        (edited(events=[{"id": "1", "type": None, "time": True}]), r"events\[0\].time is true or false"),
        (
            edited(objects=[{}, {"attributes": [{"name": "x", "value": []}]}]),
            r"objects\[1\].attributes\[0\].value is a list",
        ),
        (edited(objects=[{"attributes": [{"value": 1}]}]), r"objects\[0\].attributes\[0\] has no name"),
        (edited(objects=[{"relationships": 7}]), r"objects\[0\].relationships is a number"),
        (edited(objectTypes=[{"name": "o"}, {"name": "o"}]), r"objectTypes\[1\] declares 'o' a second time"),
        (edited(eventTypes=[{}]), r"eventTypes\[0\] has no name"),
        (edited(objects=[{"id": "a\0b"}]), r"objects\[0\].id is no text: it holds a NUL"),
        (edited(objects=[{"id": "\ud800"}]), r"objects\[0\].id is no text"),
        ('{"objects": ' + "[" * 100_000, "lists within lists, too deep"),
    ],
)
def test_json_that_cannot_be_read(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "log.jsonocel"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableInput, match=message) as raised:
        read_ocel(path)
    assert "log.jsonocel" in raised.value.message
    assert raised.value.remedy


def test_json_in_another_encoding_is_read_or_refused_with_its_line(tmp_path: Path) -> None:
    path = write_json(HALL, tmp_path / "log.jsonocel")
    expected = tables(read_ocel(path))
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8-sig")
    assert tables(read_ocel(path)) == expected
    path.write_text(text, encoding="gb18030")
    assert tables(read_ocel(path)) == expected
    path.write_bytes(text.encode().replace("王五".encode(), b"\xff\xfe"))
    with pytest.raises(UnreadableInput, match="line 1 is not utf-8"):
        read_ocel(path)


def test_more_json_than_is_read_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_json(HALL, tmp_path / "log.jsonocel")
    monkeypatch.setattr(ocel_json, "LARGEST", 1000)
    with pytest.raises(UnreadableInput, match="which is read as a whole"):
        read_ocel(path)


ONE_TYPE = '<object-type name="o"/>'


def xml(objects: str = "", events: str = "", before: str = "", types: str = ONE_TYPE) -> str:
    declared = f'<object-types>{types}</object-types><event-types><event-type name="e"/></event-types>'
    return f"{before}<log>{declared}<objects>{objects}</objects><events>{events}</events></log>"


BOMB = '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (xml(before=BOMB), "line 1 has a document type declaration"),
        (xml(before='<!DOCTYPE log SYSTEM "file:///etc/passwd">'), "has a document type declaration"),
        (xml()[:-6], "line 1 cannot be read as XML"),
        (xml('<object id="1" type="o">'), "cannot be read as XML"),
        (xml('<object id="1" type="&b;"/>'), "cannot be read as XML"),
        (xml().replace("<events></events>", ""), "its <log> has no <events>"),
        (xml('<object id="1" type="o"><attributes><attribute/></attributes></object>'), "a <attribute> has no name"),
        (xml(types="<object-type/>"), "a <object-type> has no name"),
        (xml(types='<object-type name="o"/><object-type name="o"/>'), "the object type 'o' is declared twice"),
        (
            "<log><object-types/><objects><object/></objects><event-types><event-type name='e'/></event-types></log>",
            "the event type 'e' stands after the records",
        ),
    ],
)
def test_xml_that_cannot_be_read(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "log.xmlocel"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableInput, match=message) as raised:
        read_ocel(path)
    assert "log.xmlocel" in raised.value.message
    assert raised.value.remedy


def test_what_is_not_of_the_standard_is_said(tmp_path: Path) -> None:
    path = tmp_path / "log.xmlocel"
    path.write_text(
        xml(
            '<object id="1" type="o"><objects><relobj object-id="2" qualifier="q"/><x/></objects><y/></object>',
            '<event id="1" type="e"><objects><object object-id="1" qualifier="r"/></objects></event>',
        ),
        encoding="utf-8",
    )
    log = read_ocel(path)
    assert pairs(log.object_objects, "from_id", "to_id", "qualifier") == [("1", "2", "q")]
    assert pairs(log.event_objects, "from_id", "to_id", "qualifier") == [("1", "1", "r")]
    assert log.remarks == ("Elements that OCEL does not know were left out: <x>, <y>.",)
    path.write_text(edited(more=1, objects=[{"id": "1", "type": "o", "color": 1}]), encoding="utf-8")
    assert read_ocel(path).remarks == ("Keys that OCEL does not know were left out: color, more.",)


def test_a_namespace_makes_no_difference(tmp_path: Path) -> None:
    path = write_xml(HALL, tmp_path / "log.xmlocel")
    expected = tables(read_ocel(path))
    path.write_text(path.read_text(encoding="utf-8").replace("<log>", '<log xmlns="http://ocel">'), encoding="utf-8")
    assert tables(read_ocel(path)) == expected
    assert START in {row["time"] for row in expected["object_values"]}
