"""OCEL logs loaded on both engines: whole, idempotent whatever the format, and asked as cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.cases import CaseFilter, cases
from graph.chain import chain
from graph.errors import MappingError
from graph.status import status
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load, log
from tests.etl.ocel_files import HALL, Entry, write_json, write_sqlite, write_xml
from tests.etl.test_ocel_source import EXAMPLES, ORDERS
from tests.etl.test_ocel_statements import HALL_TYPES, ORDER_TYPES

MAPPING: dict[str, Any] = {"system": "hall", "objects": HALL_TYPES, "stages": {"审批": "completion"}}


def test_the_three_formats_are_one_load(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        first = load(store, settings, write_json(HALL, tmp_path / "log.json"), **MAPPING)
        before = content(store)
        assert (first.rows_in, first.loaded, first.unchanged, first.quarantined) == (29, 28, 1, 0)
        for path in (write_xml(HALL, tmp_path / "log.xml"), write_sqlite(HALL, tmp_path / "log.sqlite")):
            again = load(store, settings, path, **MAPPING)
            assert (again.rows_in, again.loaded, again.unchanged, again.quarantined) == (29, 0, 29, 0)
            assert content(store) == before
        assert len(before["IN_CASE"]) == 4
        assert len(before["NEXT"]) == 2
        assert len(before["ABOUT"]) == len(before["Fact"]) == 9


def test_the_chain_of_an_object_that_is_a_case(store_uri: str, tmp_path: Path) -> None:
    with archive(store_uri) as (store, settings):
        load(store, settings, write_xml(HALL, tmp_path / "log.xml"), **MAPPING)
        asked = chain(store, LOCAL_OPERATOR, "c1")
        [listed] = [c for c in cases(store, LOCAL_OPERATOR, CaseFilter(unit="w1")).items if c.id == "hall:c1"]
    assert [e.id for e in asked.events] == ["hall:e1", "hall:e2", "hall:e3"]
    assert (asked.region, asked.status, listed.events) == ("浦东", "closed", 3)
    opened, decided, undated = asked.events
    assert [(a.name, a.kind, a.qualifier) for a in opened.actors] == [("k1", "clerk", "clerk")]
    assert [(u.name, u.qualifier) for u in opened.units] == [("w1", "at")]
    assert [(r.title, r.qualifier) for r in opened.received] == [("申请表", "received")]
    assert {(r.label, r.qualifier) for r in opened.touched} == {("Person", "applicant"), ("Object", "shown")}
    assert [r.title for r in decided.used] == ["申请表"]
    assert [(r.label, r.title, r.qualifier) for r in decided.produced] == [("Object", "thing", "makes")]
    assert decided.other_cases == ["hall:c2"]
    assert undated.missing == ["actor", "instant"]
    assert asked.missing == {"actor": 2, "instant": 1}
    assert (opened.source.row, decided.source.row) == (8, 9)


def test_a_later_log_adds_changes_and_takes_relations_back(store_uri: str, tmp_path: Path) -> None:
    thing = next(o for o in HALL.objects if o.id == "t1")
    changed = replace(thing, changes=(*thing.changes, ("colour", "green", "2024-02-01T09:00:00+08:00")))
    moved = replace(next(o for o in HALL.objects if o.id == "k1"), relations=())
    richer = {"t1": changed, "k1": moved}
    later = replace(HALL, objects=tuple(richer.get(o.id, o) for o in HALL.objects))
    with archive(store_uri) as (store, settings):
        load(store, settings, write_json(HALL, tmp_path / "log.json"), **MAPPING)
        before = content(store)
        report = load(store, settings, write_json(later, tmp_path / "log.json"), **MAPPING)
        after = content(store)
    # The new change, and the clerk who no longer sits at the window.
    assert (report.rows_in, report.loaded, report.unchanged) == (29, 2, 27)
    assert len(after["Fact"] - before["Fact"]) == 1
    assert before["Fact"] <= after["Fact"]
    assert len(before["RELATED"]) == 2
    assert len(after["RELATED"]) == 1
    assert {name for name in before if before[name] != after[name]} == {"Fact", "ABOUT", "RELATED"}


def test_a_case_that_says_otherwise_has_a_new_version(store_uri: str, tmp_path: Path) -> None:
    objects = tuple(replace(o, values={"region": "徐汇"}) if o.id == "c1" else o for o in HALL.objects)
    with archive(store_uri) as (store, settings):
        load(store, settings, write_json(HALL, tmp_path / "log.json"), **MAPPING)
        report = load(store, settings, write_json(replace(HALL, objects=objects), tmp_path / "log.json"), **MAPPING)
        assert (report.loaded, chain(store, LOCAL_OPERATOR, "hall:c1").region) == (1, "徐汇")
        assert status(store, LOCAL_OPERATOR).nodes["Version"] == 1


def test_a_snapshot_withdraws_what_the_log_no_longer_has(store_uri: str, tmp_path: Path) -> None:
    fewer = replace(HALL, objects=HALL.objects[:-1], events=HALL.events[:-1])
    snapshot = {**MAPPING, "mode": "snapshot"}
    with archive(store_uri, withdrawal_limit=0.9) as (store, settings):
        load(store, settings, write_json(HALL, tmp_path / "log.json"), **snapshot)
        report = load(store, settings, write_json(fewer, tmp_path / "log.json"), **snapshot)
        held = content(store)
    # The object with its three changes, and the event; two relations dangle now.
    assert (report.withdrawn, report.quarantined) == (5, 2)
    assert held["Object"] == set()
    assert {row[0] for row in held["Event"]} == {"hall:e1", "hall:e2"}
    assert len(held["ABOUT"]) == len(held["Fact"]) == 6


def test_what_dangles_is_written_beside_the_report(duckdb_uri: str, tmp_path: Path) -> None:
    odd = replace(HALL, events=(*HALL.events, Entry("e4", "审批", relations=(("nobody", "decides"),))))
    with archive(duckdb_uri) as (store, settings):
        report = load(store, settings, write_json(odd, tmp_path / "log.json"), **MAPPING)
    assert (report.rows_in, report.loaded, report.unchanged, report.quarantined) == (31, 29, 1, 1)
    assert report.quarantine is not None
    lines = Path(report.quarantine).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "quarantine:row,quarantine:reason,quarantine:text"
    assert lines[1].startswith("25,there is no object 'nobody' in the log,")


def test_a_mapping_is_for_the_kind_of_its_file(tmp_path: Path) -> None:
    with archive(f"duckdb:///{tmp_path / 'a.duckdb'}") as (store, settings):
        path = write_json(HALL, tmp_path / "hall.json")
        with pytest.raises(MappingError, match="is an OCEL log; the mapping gives columns, ignore"):
            load(store, settings, path, columns={"case": "x"}, ignore=("y",))
        table = log(tmp_path, "log.csv", "A,受理,2024-01-01T09:00:00+08:00,王五,窗口,clerk,web,x")
        with pytest.raises(MappingError, match="is no OCEL log; the mapping gives `objects`"):
            load(store, settings, table, objects={"cases": ["item"]})


@pytest.mark.real
def test_the_example_without_a_mapping(store_uri: str, real_data: Path) -> None:
    with archive(store_uri) as (store, settings):
        for name in EXAMPLES:
            report = load(store, settings, real_data / "logs" / name, system="ocel", zone="Europe/Berlin")
            assert (report.rows_in, report.quarantined) == (52, 0)
        found = status(store, LOCAL_OPERATOR)
    assert {label: found.nodes[label] for label in ("Event", "Object", "Fact", "Case")} == {
        "Event": 13,
        "Object": 9,
        "Fact": 3,
        "Case": 0,
    }
    assert {type_: count for type_, count in found.relationships.items() if count} == {
        "TOUCHED": 20,
        "RELATED": 7,
        "ABOUT": 3,
    }
    # The first brought everything; the JSON has other offsets, and the XML again those of the first.
    assert [row.loaded for row in found.loads] == [52, 13, 13]


@pytest.mark.slow
@pytest.mark.real
def test_the_orders_are_loaded_whole(store_uri: str, real_data: Path) -> None:
    path = real_data / "logs" / ORDERS
    mapping: dict[str, Any] = {"system": "orders", "zone": "Europe/Berlin", "objects": ORDER_TYPES}
    with archive(store_uri) as (store, settings):
        first = load(store, settings, path, **mapping)
        found = status(store, LOCAL_OPERATOR)
        again = load(store, settings, path, **mapping)
        asked = chain(store, LOCAL_OPERATOR, "990001")
    assert (first.rows_in, first.loaded, first.quarantined) == (89_555, 89_555, 0)
    assert (again.loaded, again.unchanged) == (0, 89_555)
    nodes = ("Event", "Case", "Object", "Actor", "Organisation", "Fact")
    assert [found.nodes[label] for label in nodes] == [18_211, 2_000, 8_010, 18, 3, 144]
    types = ("IN_CASE", "BY", "PRODUCED", "TOUCHED", "RELATED", "NEXT")
    assert [found.relationships[type_] for type_ in types] == [6_484, 13_646, 320, 15_407, 25_336, 4_484]
    assert [e.activity for e in asked.events][:2] == ["place order", "confirm order"]
    assert asked.events[0].touched[0].qualifier in {"customer", "item"}
    assert asked.events[1].actors[0].qualifier == "sales person"
