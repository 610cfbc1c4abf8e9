"""The dossier on both engines: the axis of time, prevailing values, places, sources, and what was known when."""

from __future__ import annotations

import time

import pytest

from graph.clock import loads
from graph.dossier import Dossier, dossier, organisation_dossier
from graph.duckdb_store import DuckDBStore
from graph.errors import Ambiguous, NotFound, UsageError
from graph.items import items
from graph.neo4j_store import Neo4jStore
from graph.store import Store
from graph.subjects import persons
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.sample import (
    FIRM,
    LI,
    NUMBER,
    OLD_ZHANG,
    ZHANG,
    ms,
    write_all,
    write_cases,
    write_catalogue,
    write_match,
    write_standards,
)
from tests.graphs import link, write


def test_everything_of_a_person_stands_on_one_axis(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        write_all(store, settings)
        answer = dossier(store, LOCAL_OPERATOR, ZHANG)
        assert dossier(store, LOCAL_OPERATOR, OLD_ZHANG).entries == answer.entries
        _axis(answer)
        _values(answer)
        _materials(answer)
        _cases(answer)
        _organisation(organisation_dossier(store, LOCAL_OPERATOR, FIRM))


def _axis(answer: Dossier) -> None:
    assert answer.ids == [ZHANG, OLD_ZHANG]
    assert [(e.kind, e.id, e.start, e.end) for e in answer.entries] == [
        ("fact", "x-work", "1970", "1999-06"),
        ("material", "m-register", "19950000", None),
        ("fact", "x-old-born", "19950000", None),
        ("fact", "x-old-name", "19950000", None),
        ("material", "m-card", "2010-01-15", None),
        ("fact", "x-born", "2010-01-15", None),
        ("fact", "x-name", "2010-01-15", None),
        ("fact", "x-no", "2010-01-15", None),
        ("case", "hall:1", "2021-03-01T01:00:00.000+00:00", "2021-03-05T01:00:00.000+00:00"),
        ("event", "e1", "2021-03-01T09:00:00.000+08:00", None),
        ("material", "m-photo", "2021-03-01T09:00:00.000+08:00", None),
        ("fact", "x-phone", "2021-03-01T09:00:00.000+08:00", None),
        ("event", "e2", "2021-03-05T09:00:00.000+08:00", None),
        ("material", "m-photo-2", "2021-05-30", None),
        ("case", "hall:2", "2021-06-01T15:30:00.000+00:00", "2021-06-01T15:30:00.000+00:00"),
        ("event", "e3", "2021-06-01T23:30:00.000+08:00", None),
    ]
    assert [(e.kind, e.id) for e in answer.undated] == [("material", "m-odd")]
    assert [(e.id, e.precision) for e in answer.entries[:2]] == [("x-work", "year"), ("m-register", "year")]
    counts = {y.year: (y.cases, y.events, y.materials, y.facts, y.payments) for y in answer.years}
    assert counts == {1970: (0, 0, 0, 1, 0), 1995: (0, 0, 1, 2, 0), 2010: (0, 0, 1, 3, 0), 2021: (2, 3, 2, 1, 0)}
    assert [(s.life_stage, s.cases, s.events) for s in answer.life_stages] == [("insurance", 2, 3)]


def _values(answer: Dossier) -> None:
    assert answer.values == {"name": "张三", "id_no": NUMBER, "birth_date": "1949-12-31"}
    assert answer.contradictions == ["name"]
    said = {f.field: [(s.fact_id, s.prevails) for s in f.statements] for f in answer.fields}
    assert said == {
        "name": [("x-name", True), ("x-old-name", False)],
        "id_no": [("x-no", True)],
        "birth_date": [("x-born", True), ("x-old-born", False)],
        "employer": [("x-work", True)],
        "phone": [("x-phone", True)],
    }
    assert [f.by for f in answer.fields] == ["latest", "only", "latest", "only", "only"]


def _materials(answer: Dossier) -> None:
    found = {m.id: m for m in answer.materials}
    assert set(found) == {"m-card", "m-register", "m-odd", "m-photo", "m-photo-2"}
    (place,) = found["m-register"].places
    assert (place.volume, place.box, place.shelf, place.room, place.position) == (
        "A002-RS-001",
        "B-7",
        "第10排",
        "602库房",
        2,
    )
    assert (found["m-register"].type_id, found["m-register"].method) == ("register", "synonym")
    assert found["m-odd"].type_id is None
    trust = found["m-card"].trust
    assert (trust.form, trust.received, trust.filed, trust.files_with_digest) == ("original", False, False, 1)
    assert [(s.event_id, s.case_id) for s in found["m-photo"].submissions] == [("e1", "hall:1")]
    source = found["m-card"].source
    assert (source.file, source.system, source.load) == ("catalogue.csv", "catalogue", 2)
    assert [(v.id, v.year) for v in answer.volumes] == [("v1", 1999)]


def _cases(answer: Dossier) -> None:
    assert [(c.id, c.item_id, c.version_id, c.status) for c in answer.cases] == [
        ("hall:1", "card", "card@2000-01-01", "closed"),
        ("hall:2", "card", "card@2000-01-01", "open"),
    ]
    assert [e.id for e in answer.cases[0].events] == ["e1", "e2"]
    assert answer.cases[0].events[0].materials == ["m-photo"]
    assert answer.cases[0].source.row is not None


def _organisation(answer: Dossier) -> None:
    assert answer.values == {"name": "一厂"}
    assert [(c.id, c.item_id, c.life_stage) for c in answer.cases] == [("hall:3", None, None)]
    assert [m.id for m in answer.materials] == ["m-licence"]


def test_it_shows_what_was_known(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        before = int(time.time() * 1000) - 1
        write_catalogue(store, settings)
        first = loads(store)[0].committed_at
        time.sleep(0.005)
        write(
            store,
            settings,
            {"Fact": [{"id": "x-name", "field": "name", "value": "章三"}]},
            {"ABOUT": [link("Fact x-name", f"Person {ZHANG}")]},
            system="correction",
        )
        write_match(store, settings)
        with pytest.raises(NotFound, match="Nothing was known"):
            dossier(store, LOCAL_OPERATOR, ZHANG, before)
        past = dossier(store, LOCAL_OPERATOR, ZHANG, first)
        assert (past.as_of_load, past.ids, past.values["name"]) == (1, [ZHANG], "张三")
        now = dossier(store, LOCAL_OPERATOR, ZHANG)
        assert (now.as_of_load, now.ids, now.values["name"]) == (3, [ZHANG, OLD_ZHANG], "章三")
        statement = now.fields[0].statements[0]
        assert (statement.source.load, statement.source.file) == (2, "correction.csv")


def test_a_decision_settles_what_prevails_until_another_overrides_it(store_uri: str) -> None:
    def decide(id_: str, kind: str, at: str, overrides: str | None = None) -> None:
        made = {"id": id_, "kind": kind, "decided_at": ms(at), "overrides": overrides}
        links = {"DECIDES": [link(f"Decision {id_}", "Fact x-old-name")]}
        write(store, settings, {"Decision": [made]}, links, system="decisions")

    with archive(store_uri) as (store, settings):
        write_catalogue(store, settings)
        write_match(store, settings)
        decide("d1", "prevailing value", "2024-01-01T09:00")
        name = dossier(store, LOCAL_OPERATOR, ZHANG).fields[0]
        assert (name.value, name.by, name.settled, name.contradicted) == ("张山", "decision", True, True)
        decide("d2", "reversal", "2024-01-02T09:00", overrides="d1")
        name = dossier(store, LOCAL_OPERATOR, ZHANG).fields[0]
        assert (name.value, name.by, name.settled) == ("张三", "latest", False)


def test_whom_a_text_names(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        with pytest.raises(NotFound, match="empty"):
            dossier(store, LOCAL_OPERATOR, ZHANG)
        write_catalogue(store, settings)
        write_cases(store, settings)
        for wrong in ("nobody", FIRM, ""):
            with pytest.raises(NotFound, match="no such person"):
                dossier(store, LOCAL_OPERATOR, wrong)
        _show_with(store, {ZHANG: ("张三", NUMBER), LI: ("李四", None), OLD_ZHANG: ("张三", None)})
        assert dossier(store, LOCAL_OPERATOR, "李四").id == LI
        assert dossier(store, LOCAL_OPERATOR, " 11010519491231002x").id == ZHANG
        with pytest.raises(Ambiguous, match="names 2 records"):
            dossier(store, LOCAL_OPERATOR, "张三")
        write_match(store, settings)
        assert dossier(store, LOCAL_OPERATOR, "张三").ids == [ZHANG, OLD_ZHANG]
        _lists(store)


def _show_with(store: Store, values: dict[str, tuple[str | None, str | None]]) -> None:
    """Gives persons the derived values that they are found by."""
    for id_, (name, number) in values.items():
        if isinstance(store, DuckDBStore):
            store.cursor().execute('UPDATE "Person" SET name = ?, id_no = ? WHERE id = ?', [name, number, id_])
        else:
            assert isinstance(store, Neo4jStore)
            text = "MATCH (p:Person {id: $id}) SET p.name = $name, p.id_no = $number"
            store.run(text, {"id": id_, "name": name, "number": number}, write=True)


def _lists(store: Store) -> None:
    found, cursor = [], None
    for _ in range(3):
        page = persons(store, LOCAL_OPERATOR, limit=1, cursor=cursor)
        found += [(row.id, row.name) for row in page.items]
        cursor = page.next
    assert (found, cursor) == ([(ZHANG, "张三"), (OLD_ZHANG, "张三"), (LI, "李四")], None)
    for query, ids in (("张", [ZHANG, OLD_ZHANG]), (NUMBER, [ZHANG]), (LI, [LI]), ("三", [])):
        assert [row.id for row in persons(store, LOCAL_OPERATOR, query).items] == ids
    with pytest.raises(UsageError, match="no cursor"):
        persons(store, LOCAL_OPERATOR, cursor="x")


def test_no_person_is_missed_between_pages_by_name(store_uri: str) -> None:
    """Of these names and ids, some stand after one another by code point and before by UTF-16 unit."""
    names = ("王五", "\ue000山", "￥", "￥", "￥", "𠮷田", "𠮷田", None, None)
    expected = [(f"s:{'王￥𠮷'[place % 3]}{place}", name) for place, name in enumerate(names)]
    expected.sort(key=lambda one: (one[1] is None, one[1] or "", one[0]))
    with archive(store_uri) as (store, settings):
        write(store, settings, {"Person": [{"id": id_} for id_, _ in expected]}, {})
        _show_with(store, {id_: (name, None) for id_, name in expected})
        assert _all_pages(store, 100) == expected
        assert _all_pages(store, 1) == expected


def _all_pages(store: Store, limit: int) -> list[tuple[str, str | None]]:
    page = persons(store, LOCAL_OPERATOR, limit=limit)
    found = [(row.id, row.name) for row in page.items]
    while page.next:
        page = persons(store, LOCAL_OPERATOR, limit=limit, cursor=page.next)
        found += [(row.id, row.name) for row in page.items]
    return found


def test_items_are_listed_with_the_standard_in_force(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        assert items(store, LOCAL_OPERATOR).items == []
        write_standards(store, settings)
        first = items(store, LOCAL_OPERATOR, limit=1)
        assert [(i.id, i.version_id, i.versions) for i in first.items] == [
            ("card", "card@2022-01-01", ["2000-01-01", "2022-01-01"])
        ]
        rest = items(store, LOCAL_OPERATOR, limit=1, cursor=first.next)
        assert ([i.id for i in rest.items], rest.next) == (["retire"], None)
        assert [i.id for i in items(store, LOCAL_OPERATOR, "退休").items] == ["retire"]
