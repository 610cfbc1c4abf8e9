"""What an OCEL log states: labels, ids, links, Facts, numbering, and what is set aside with its reason."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from etl.mapping import Mapping
from etl.ocel_source import read_ocel
from etl.ocel_statements import ocel_statements
from etl.ocel_types import ObjectTypes
from etl.statements import Links, Statements
from graph.errors import MappingError
from graph.identifiers import actor_id, keyed
from tests.etl.ocel_files import HALL, WRITERS, Entry, Model, write_json, write_sqlite
from tests.etl.test_ocel_source import EXAMPLES, ORDERS, models

KEY = b"k" * 32
HALL_TYPES: dict[str, Any] = {
    "cases": {"item": {"region": "region"}},
    "persons": {"person": {"id_no": "card", "name": "full name"}},
    "actors": ["clerk"],
    "units": ["window"],
    "materials": {"form": {"title": "title"}},
    "received": ["received"],
    "used": ["reads"],
    "produced": ["makes"],
    "applied": ["applies for"],
}
ORDER_TYPES: dict[str, Any] = {
    "cases": ["orders"],
    "actors": ["employees"],
    "organisations": {"customers": {"name": "ocel:id"}},
    "produced": ["creates"],
}


def stated(path: Path, objects: dict[str, Any] | None = None, **mapping: Any) -> Statements:
    return ocel_statements(read_ocel(path), Mapping(objects=objects or {}, **mapping), "hall", KEY)


def hall(folder: Path, model: Model = HALL) -> Statements:
    return stated(write_json(model, folder / "log.json"), HALL_TYPES, stages={"审批": "approval"})


def nodes(statements: Statements, label: str, *names: str) -> list[tuple[Any, ...]]:
    table = statements.nodes[label]
    return sorted(zip(*(table[name].to_pylist() for name in names), strict=True), key=str)


def links(statements: Statements, type_: str, *names: str) -> list[tuple[Any, ...]]:
    rows = [
        (row["from_id"], row["to_id"], *(row[name] for name in names))
        for one in statements.links
        if one.type == type_
        for row in one.table.to_pylist()
    ]
    return sorted(rows, key=str)


def link(statements: Statements, type_: str, owner: str) -> Links:
    [found] = [one for one in statements.links if (one.type, one.owner) == (type_, owner)]
    return found


def test_objects_become_what_the_mapping_says(tmp_path: Path) -> None:
    found = hall(tmp_path)
    person = keyed(KEY, ["person", "11010519491231002X"])
    assert list(found.nodes) == [
        "Actor",
        "Unit",
        "Person",
        "ServiceItem",
        "Material",
        "Object",
        "Case",
        "Event",
        "Fact",
    ]
    assert nodes(found, "Case", "id", "region", "attributes") == [
        ("hall:c1", "浦东", '{"fee":{"float":"1.5"},"ocel:type":"item"}'),
        ("hall:c2", None, '{"ocel:type":"item"}'),
    ]
    assert nodes(found, "Material", "id", "title", "attributes") == [
        ("hall:f1", "申请表", '{"ocel:type":"form","pages":2}')
    ]
    assert nodes(found, "Object", "id", "type", "attributes") == [
        ("hall:t1", "thing", '{"colour":"red","since":{"date":"2024-01-01T00:00:00.000+08:00"}}')
    ]
    assert nodes(found, "Actor", "id", "name", "kind") == [(actor_id(KEY, "hall", "k1"), "k1", "clerk")]
    assert nodes(found, "Unit", "id", "name", "kind") == [("hall:w1", "w1", "window")]
    assert nodes(found, "Person", "id") == [(person,)]
    assert found.partial == {"Actor", "Unit", "Person", "ServiceItem"}


def test_events_are_linked_by_what_they_touch(tmp_path: Path) -> None:
    found = hall(tmp_path)
    at = 1704157200000
    person, actor = keyed(KEY, ["person", "11010519491231002X"]), actor_id(KEY, "hall", "k1")
    assert nodes(found, "Event", "id", "activity", "stage", "at", "offset", "precision", "attributes") == [
        ("hall:e1", "受理", None, at, 28800, "second", '{"copies":2,"note":"first"}'),
        ("hall:e2", "审批", "approval", at, 28800, "second", '{"ok":true}'),
        ("hall:e3", "审批", "approval", None, None, None, None),
    ]
    assert links(found, "IN_CASE", "sort_at", "seq", "qualifier") == [
        ("hall:e1", "hall:c1", at, 0, "about, opens"),
        ("hall:e2", "hall:c1", at, 1, "decides"),
        ("hall:e2", "hall:c2", at, 0, "decides"),
        ("hall:e3", "hall:c1", at, 2, "decides"),
    ]
    assert links(found, "BY", "qualifier") == [("hall:e1", actor, "clerk")]
    assert links(found, "IN_UNIT", "qualifier") == [("hall:e1", "hall:w1", "at")]
    assert links(found, "RECEIVED", "qualifier") == [("hall:e1", "hall:f1", "received")]
    assert links(found, "USED", "qualifier") == [("hall:e2", "hall:f1", "reads")]
    assert links(found, "PRODUCED", "qualifier") == [("hall:e2", "hall:t1", "makes")]
    assert links(found, "TOUCHED", "to_label", "qualifier") == sorted(
        [("hall:e1", person, "Person", "applicant"), ("hall:e1", "hall:t1", "Object", "shown")]
    )
    assert links(found, "RELATED", "from_label", "to_label", "qualifier") == sorted(
        [
            (actor, "hall:w1", "Actor", "Unit", "sits at"),
            ("hall:f1", "hall:c1", "Material", "Case", "belongs to"),
        ]
    )
    assert links(found, "APPLIED", "role") == [(person, "hall:c1", "applies for")]
    derivation = found.derivation.to_pylist()
    assert [(d["case_id"], d["event_id"], d["seq"], d["stage"]) for d in derivation] == [
        ("hall:c1", "hall:e1", 0, None),
        ("hall:c1", "hall:e2", 1, "approval"),
        ("hall:c2", "hall:e2", 0, "approval"),
        ("hall:c1", "hall:e3", 2, "approval"),
    ]


def test_changes_and_what_is_said_of_people_are_facts(tmp_path: Path) -> None:
    found = hall(tmp_path)
    about = dict(links(found, "ABOUT"))
    person, actor = keyed(KEY, ["person", "11010519491231002X"]), actor_id(KEY, "hall", "k1")
    facts = [
        (about[f["id"]], f["field"], f["value"], f["number"], f["stated_at"]) for f in found.nodes["Fact"].to_pylist()
    ]
    second, third = 1704157200000, 1704243600000
    assert sorted(facts, key=str) == sorted(
        [
            (person, "id_no", "11010519491231002X", None, None),
            (person, "name", "王五", None, None),
            (person, "age", None, 74, None),
            (person, "ocel:id", "p1", None, None),
            (person, "ocel:type", "person", None, None),
            (actor, "role", "reviewer", None, None),
            ("hall:t1", "colour", "blue", None, second),
            ("hall:t1", "colour", "red", None, third),
            ("hall:t1", "since", "2024-01-01T00:00:00+08:00", None, third),
        ],
        key=str,
    )
    assert len(set(found.nodes["Fact"]["id"].to_pylist())) == len(facts)


def test_every_row_has_its_number(tmp_path: Path) -> None:
    found = hall(tmp_path)
    # 7 objects, 3 events, 13 relations of events, 3 of objects, 3 changes
    assert found.rows_in == 29
    assert found.refused.num_rows == 0
    assert nodes(found, "Case", "source_row") == [(1,), (2,)]
    assert nodes(found, "Event", "id", "source_row") == [("hall:e1", 8), ("hall:e2", 9), ("hall:e3", 10)]
    used = link(found, "USED", "Event")
    assert used.rows is not None and used.rows.to_pylist() == [20]
    in_case = link(found, "IN_CASE", "Event")
    assert in_case.rows is not None and in_case.rows.to_pylist() == [[11, 12], [18], [19], [23]]
    related = link(found, "RELATED", "Material")
    assert related.rows is not None and related.rows.to_pylist() == [26]
    rows = found.nodes["Fact"].filter(found.nodes["Fact"]["stated_at"].is_valid())["source_row"].to_pylist()
    assert rows == [27, 28, 29]


def test_without_a_mapping_all_are_objects(tmp_path: Path) -> None:
    found = stated(write_json(HALL, tmp_path / "log.json"))
    assert list(found.nodes) == ["Object", "Event", "Fact"]
    assert found.nodes["Object"].num_rows == 7
    assert found.derivation.num_rows == 0
    assert links(found, "IN_CASE") == []
    assert len(links(found, "TOUCHED")) == 12
    assert [(one.type, one.owner) for one in found.links] == [
        ("IN_CASE", "Event"),
        ("BY", "Event"),
        ("IN_UNIT", "Event"),
        ("RECEIVED", "Event"),
        ("USED", "Event"),
        ("PRODUCED", "Event"),
        ("TOUCHED", "Event"),
        ("RELATED", "Object"),
        ("ABOUT", "Fact"),
    ]


def test_what_dangles_is_set_aside_row_by_row(tmp_path: Path) -> None:
    path = write_sqlite(HALL, tmp_path / "log.sqlite")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            INSERT INTO object VALUES ('u1', 'ghost'), (NULL, 'thing'), ('t1', 'form'), ('t1', 'thing'), ('z', NULL);
            INSERT INTO event VALUES ('e4', 'ghost'), ('e5', '审批');
            INSERT INTO event_T1 VALUES ('e5', 'yesterday', 1);
            INSERT INTO event_object VALUES ('e1', 'nobody', 'q'), ('e9', 'c1', 'q'), ('e1', 'u1', 'q');
            INSERT INTO event_object VALUES (NULL, 'c1', ''), ('e5', 'c1', 'decides');
            INSERT INTO object_object VALUES ('c1', 'nobody', 'q'), ('u1', 'c1', 'q'), ('c1', NULL, 'q');
            INSERT INTO object_T5 VALUES ('t1', 'some day', 'colour', 'green', NULL);
            INSERT INTO object_T5 VALUES ('t9', '2024-01-01', 'colour', 'green', NULL);
            """
        )
    found = stated(path, HALL_TYPES)
    whole = stated(write_sqlite(HALL, tmp_path / "whole.sqlite"), HALL_TYPES)
    assert [(r["row"], r["reason"]) for r in found.refused.to_pylist()] == [
        (8, "the object type 'ghost' is not declared"),
        (9, "the object has no id"),
        (10, "the object 't1' stands with other content in row 7"),
        (12, "the object has no type"),
        (16, "the event type 'ghost' is not declared"),
        (17, "the time 'yesterday' is no instant that is known: give `time_formats` in the mapping"),
        (31, "there is no object 'nobody' in the log"),
        (32, "there is no event 'e9' in the log"),
        (33, "the object 'u1' was set aside"),
        (34, "the relation names no event"),
        (35, "the event 'e5' was set aside"),
        (39, "there is no object 'nobody' in the log"),
        (40, "the object 'u1' was set aside"),
        (41, "the relation names no object"),
        (45, "the time 'some day' is no instant that is known: give `time_formats` in the mapping"),
        (46, "there is no object 't9' in the log"),
    ]
    assert found.rows_in == 46
    text = {r["row"]: json.loads(r["text"]) for r in found.refused.to_pylist()}
    assert text[17] == {
        "id": "e5",
        "type": "审批",
        "time": "yesterday",
        "attributes": [{"field": "ok", "kind": "boolean", "value": "true"}],
    }
    assert text[31] == {"from_id": "e1", "to_id": "nobody", "qualifier": "q"}
    assert text[45] == {"object": "t1", "field": "colour", "kind": "text", "value": "green", "time": "some day"}
    assert {label: ids.to_pylist() for label, ids in found.kept_ids.items()} == {
        "Event": ["hall:e4", "hall:e5"],
        "Object": ["hall:u1", "hall:z"],
        "Case": ["hall:u1", "hall:z"],
        "Unit": ["hall:u1", "hall:z"],
        "Material": ["hall:u1", "hall:t1", "hall:z"],
    }
    assert found.unidentified == 3
    assert without_rows(found) == without_rows(whole)


def without_rows(statements: Statements) -> dict[str, list[Any]]:
    """Records and links as sets, without their rows."""
    said = {
        label: sorted(map(str, table.drop_columns(["source_row"]).to_pylist()))
        for label, table in statements.nodes.items()
    }
    for one in statements.links:
        said[f"{one.type} of {one.owner}"] = sorted(map(str, one.table.to_pylist()))
    return said


def test_a_row_that_stands_twice_says_nothing_new(tmp_path: Path) -> None:
    once = hall(tmp_path)
    twice = hall(tmp_path, replace(HALL, events=HALL.events * 2, objects=HALL.objects * 2))
    assert twice.rows_in == 2 * once.rows_in
    assert twice.refused.num_rows == 0
    assert without_rows(twice) == without_rows(once)


def test_other_content_under_one_id_is_set_aside(tmp_path: Path) -> None:
    other = replace(HALL.events[0], values={"note": "second"}, relations=())
    found = hall(tmp_path, replace(HALL, events=(*HALL.events, other)))
    assert found.refused["reason"].to_pylist() == ["the event 'e1' stands with other content in row 8"]
    assert without_rows(found) == without_rows(hall(tmp_path))


def test_one_person_under_two_keys_is_one(tmp_path: Path) -> None:
    again = Entry("p2", "person", values={"card": "110105491231002", "full name": "王 五"})
    found = hall(tmp_path, replace(HALL, objects=(*HALL.objects, again)))
    assert nodes(found, "Person", "id") == [(keyed(KEY, ["person", "11010519491231002X"]),)]
    facts = [(f["field"], f["value"]) for f in found.nodes["Fact"].to_pylist()]
    assert Counter(facts)["name", "王五"] == Counter(facts)["name", "王 五"] == 1
    assert len({f["id"] for f in found.nodes["Fact"].to_pylist()}) == len(facts)


def test_no_number_of_a_person_stands_in_an_id(tmp_path: Path) -> None:
    number = "11010519491231002X"
    model = Model({}, {"thing": {}, "person": {}}, (), (Entry(number, "thing"), Entry("王五", "person")))
    found = stated(write_json(model, tmp_path / "log.json"), {"persons": {"person": {"name": "ocel:id"}}})
    [(id_, attributes)] = nodes(found, "Object", "id", "attributes")
    assert number not in id_ and json.loads(attributes) == {"ocel:id": number}
    assert nodes(found, "Person", "id") == [(keyed(KEY, ["hall", "王五"]),)]


def test_a_field_that_stands_twice_keeps_both(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    attributes = [{"name": n, "value": v} for n, v in (("a", "1"), ("a", "2"), ("a~2", "3"), ("a", "1"))]
    thing = {"id": "1", "type": "o", "attributes": attributes}
    said = {"objectTypes": [{"name": "o"}], "eventTypes": [], "objects": [thing], "events": []}
    path.write_text(json.dumps(said), encoding="utf-8")
    [(kept,)] = nodes(stated(path), "Object", "attributes")
    assert json.loads(kept) == {"a": "1", "a~2": "2", "a~2~2": "3"}


@settings(max_examples=40, deadline=None)
@given(model=models(), data=st.data())
def test_every_row_is_taken_or_set_aside(
    model: Model, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    types = sorted(model.object_types)
    roles = data.draw(st.lists(st.sampled_from(["cases", "persons", "actors", "units", "materials", None])))
    objects: dict[str, Any] = {}
    for type_, role in zip(types, roles, strict=False):
        if role is not None:
            objects.setdefault(role, []).append(type_)
    found = stated(write_json(model, tmp_path_factory.getbasetemp() / "generated.json"), objects)
    ids = {o.id for o in model.objects}
    relations = [(e.id, *r) for e in model.events for r in e.relations]
    dangling = [r for o in (*model.events, *model.objects) for r in o.relations if r[0] not in ids]
    assert found.refused.num_rows == len(dangling)
    assert found.rows_in == len(model.objects) + len(model.events) + sum(
        len(o.relations) + len(o.changes) for o in (*model.objects, *model.events)
    )
    of_label = {t: next((r for r, named in objects.items() if t in named), None) for t in types}
    type_of = {o.id: o.type for o in model.objects}
    kept = {r for r in relations if r[1] in ids}
    in_case = {(e, o) for e, o, _ in kept if of_label[type_of[o]] == "cases"}
    assert len(links(found, "IN_CASE")) == found.derivation.num_rows == len(in_case)
    touching = ("BY", "IN_UNIT", "TOUCHED")
    assert sum(len(links(found, t)) for t in touching) == len({r for r in kept if of_label[type_of[r[1]]] != "cases"})
    assert len(links(found, "RELATED")) == len(
        {(o.id, *r) for o in model.objects for r in o.relations if r[0] in ids}
    )
    for table in found.nodes.values():
        assert len(pc.unique(table["id"])) == table.num_rows
    for one in found.links:
        assert one.rows is None or len(one.rows) == one.table.num_rows


@pytest.mark.real
def test_the_three_formats_of_the_example_state_the_same(real_data: Path) -> None:
    said = []
    for name in EXAMPLES:
        found = stated(real_data / "logs" / name, {"cases": ["Purchase Order"]}, zone="Europe/Berlin")
        assert (found.rows_in, found.refused.num_rows) == (13 + 9 + 20 + 7 + 3, 0)
        # The JSON gives its instants in UTC, the others on the clock of the source.
        at_source = found.nodes["Event"].drop_columns(["offset"])
        said.append(without_rows(replace(found, nodes={**found.nodes, "Event": at_source})))
    assert said[0] == said[1] == said[2]
    assert len(said[0]["Fact"]) == 3


@pytest.mark.real
def test_the_orders_are_accounted_for(real_data: Path) -> None:
    path = real_data / "logs" / ORDERS
    found = stated(path, ORDER_TYPES, zone="Europe/Berlin")
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        joined = "event_object JOIN object ON ocel_object_id = ocel_id"
        query = f"SELECT ocel_type, ocel_qualifier, count(*) FROM {joined} GROUP BY 1, 2"
        touched = {r[:2]: r[2] for r in database.execute(query)}
        related = dict(database.execute("SELECT ocel_qualifier, count(*) FROM object_object GROUP BY 1").fetchall())
        tables = ("event", "object", "event_object", "object_object")
        rows = 120 + sum(database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables)
    assert (found.rows_in, found.refused.num_rows, found.remarks) == (rows, 0, ())
    assert {label: table.num_rows for label, table in found.nodes.items()} == {
        "Actor": 18,
        "Organisation": 3,
        "ServiceItem": 0,
        "Object": 7_670 + 320 + 20,
        "Case": 2_000,
        "Event": 18_211,
        # changes of prices, a role of each employee, type and name of each customer
        "Fact": 120 + 18 + 6,
    }
    types = {"orders": "IN_CASE", "employees": "BY"}
    expected: Counter[tuple[str, str]] = Counter()
    for (type_, qualifier), count in touched.items():
        expected[types.get(type_, "PRODUCED" if qualifier == "creates" else "TOUCHED"), qualifier] += count
    counted = Counter(
        (one.type, qualifier)
        for one in found.links
        if one.owner == "Event"
        for qualifier in one.table["qualifier"].to_pylist()
    )
    assert counted == expected
    assert Counter(r[2] for r in links(found, "RELATED", "qualifier")) == related


def test_a_mapping_names_what_the_log_has(tmp_path: Path) -> None:
    path = WRITERS["xml"](HALL, tmp_path / "log.xml")
    with pytest.raises(MappingError, match=r"names the object type 'items' \(objects\), which is not in the log"):
        stated(path, {"cases": ["items"]})
    with pytest.raises(MappingError, match="names the attribute 'cost' of 'item', which that type does not declare"):
        stated(path, {"cases": {"item": {"region": "cost"}}})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cases": ["a"], "actors": ["a"]}, "the object type 'a' stands twice"),
        ({"used": ["q"], "received": ["q"]}, "the qualifier 'q' stands twice"),
        ({"cases": {"a": {"colour": "x"}}}, "'a': a Case has no 'colour', but item, region, channel"),
        ({"people": ["a"]}, "Extra inputs are not permitted"),
    ],
)
def test_object_types_that_contradict_themselves(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ObjectTypes(**given)
