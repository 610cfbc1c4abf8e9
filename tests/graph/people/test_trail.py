"""The trail of an actor, and who acted on a person's records: by hand, on both engines, at several times."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph import clock
from graph.errors import Ambiguous, NotFound, UsageError
from graph.people.handlers import handlers
from graph.people.trail import trail
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.graph.sample import ms
from tests.graphs import link, write

FIRST, SECOND = ms("2024-03-01T09:00:00"), ms("2024-03-02T10:00:00")


def _event(id_: str, activity: str, at: int | None) -> dict[str, Any]:
    return {"id": id_, "activity": activity, "at": at, "offset": 28_800, "precision": "second"}


def _in_case(event: str, case: str, at: int | None) -> Any:
    return link(f"Event {event}", f"Case {case}", sort_at=at, seq=0)


@pytest.fixture
def counter(store_uri: str) -> Iterator[tuple[Store, Settings]]:
    """Wang receives and decides on Zhang's case and touches Li; Zhao scans a record about Zhang in no case of
    Zhang's; one event names nobody. A second load changes when Wang decided."""
    nodes = {
        "Actor": [
            {"id": "s:wang", "name": "王五"},
            {"id": "s:zhao", "name": "赵六"},
            {"id": "t:wang", "name": "王五"},
        ],
        "Unit": [{"id": "s:hall", "name": "大厅"}],
        "Person": [{"id": "zhang"}, {"id": "li"}],
        "Case": [{"id": "s:1"}, {"id": "s:2"}],
        "Material": [{"id": "s:card", "title": "身份证"}],
        "Event": [
            _event("s:e1", "受理", FIRST),
            _event("s:e2", "审批", SECOND),
            _event("s:e3", "扫描", SECOND + 1000),
            _event("s:e4", "归档", None),
            _event("s:e5", "告知", SECOND + 2000),
        ],
    }
    links = {
        "APPLIED": [link("Person zhang", "Case s:1", role="applicant")],
        "IN_CASE": [
            _in_case("s:e1", "s:1", FIRST),
            _in_case("s:e2", "s:1", SECOND),
            _in_case("s:e4", "s:1", None),
            _in_case("s:e3", "s:2", SECOND),
        ],
        "BY": [
            link("Event s:e1", "Actor s:wang", role="经办"),
            link("Event s:e2", "Actor s:wang", role="审批"),
            link("Event s:e2", "Actor s:wang", role="复核"),
            link("Event s:e5", "Actor s:wang"),
            link("Event s:e3", "Actor s:zhao"),
        ],
        "MEMBER_OF": [link("Actor s:wang", "Unit s:hall", valid_from="2024-01-01")],
        "IS_PERSON": [link("Actor s:wang", "Person li")],
        "ABOUT": [link("Material s:card", "Person zhang")],
        "RECEIVED": [link("Event s:e1", "Material s:card", qualifier="原件")],
        "USED": [link("Event s:e3", "Material s:card")],
        "TOUCHED": [link("Event s:e5", "Person li")],
    }
    with archive(store_uri) as (store, settings):
        write(store, settings, nodes, links)
        changed = [_event("s:e2", "审批", SECOND + 500)]
        write(
            store,
            settings,
            {"Event": changed},
            {
                "IN_CASE": [_in_case("s:e2", "s:1", SECOND + 500)],
                "BY": [link("Event s:e2", "Actor s:wang", role="审批")],
            },
        )
        yield store, settings


def test_everything_that_an_actor_did_on_whom_from_when_to_when(counter: tuple[Store, Settings]) -> None:
    store, _ = counter
    answer = trail(store, LOCAL_OPERATOR, "s:wang")
    assert [event.id for event in answer.items] == ["s:e5", "s:e2", "s:e1"]
    assert [event.roles for event in answer.items] == [[], ["审批"], ["经办"]]
    assert [event.subjects for event in answer.items] == [["li"], ["zhang"], ["zhang"]]
    assert [[(r.id, r.title) for r in event.records] for event in answer.items] == [[], [], [("s:card", "身份证")]]
    assert (answer.events, answer.cases, answer.undated) == (3, 1, 0)
    assert (answer.first_at, answer.last_at) == ("2024-03-01T01:00:00.000+00:00", "2024-03-02T02:00:02.000+00:00")
    assert [(o.label, o.id, o.events, o.cases) for o in answer.on] == [
        ("Person", "zhang", 2, 1),
        ("Person", "li", 1, 0),
    ]
    assert [(a.type, a.id, a.name) for a in answer.affiliations] == [
        ("IS_PERSON", "li", None),
        ("MEMBER_OF", "s:hall", "大厅"),
    ]
    assert {(d.activity, d.events, d.cases) for d in answer.duties} == {
        ("受理", 1, 1),
        ("审批", 1, 1),
        ("告知", 1, 0),
    }


def test_pages_and_spans_of_a_trail(counter: tuple[Store, Settings]) -> None:
    store, _ = counter
    first = trail(store, LOCAL_OPERATOR, "s:wang", limit=2)
    rest = trail(store, LOCAL_OPERATOR, "s:wang", limit=2, cursor=first.next)
    assert [e.id for e in (*first.items, *rest.items)] == ["s:e5", "s:e2", "s:e1"]
    assert rest.next is None
    day = trail(store, LOCAL_OPERATOR, "s:wang", to_at=FIRST)
    assert ([e.id for e in day.items], day.events, [o.id for o in day.on]) == (["s:e1"], 1, ["zhang"])
    with pytest.raises(UsageError):
        trail(store, LOCAL_OPERATOR, "s:wang", cursor="xx")


def test_a_trail_as_it_was_known(counter: tuple[Store, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = counter
    monkeypatch.setattr("graph.people.trail.known_load", lambda *_: 1)
    event = trail(store, LOCAL_OPERATOR, "s:wang").items[1]
    assert (event.at_ms, event.roles) == (SECOND, ["复核", "审批"])


def test_names_that_name_none_or_several(counter: tuple[Store, Settings]) -> None:
    store, _ = counter
    assert trail(store, LOCAL_OPERATOR, "赵六").id == "s:zhao"
    with pytest.raises(Ambiguous):
        trail(store, LOCAL_OPERATOR, "王五")
    with pytest.raises(NotFound):
        trail(store, LOCAL_OPERATOR, "nobody")


def test_who_acted_on_the_records_of_a_person(counter: tuple[Store, Settings]) -> None:
    store, _ = counter
    answer = handlers(store, LOCAL_OPERATOR, "zhang")
    assert [(a.id, a.ways, a.actors) for a in answer.acts] == [
        ("s:e1", ["case", "record"], ["s:wang"]),
        ("s:e2", ["case"], ["s:wang"]),
        ("s:e3", ["record"], ["s:zhao"]),
        ("s:e4", ["case"], []),
    ]
    assert [(h.id, h.events, h.cases, h.ways, h.roles) for h in answer.handlers] == [
        ("s:wang", 2, 1, ["case", "record"], ["审批", "经办"]),
        ("s:zhao", 1, 1, ["record"], []),
    ]
    assert answer.unnamed == 1
    touched = handlers(store, LOCAL_OPERATOR, "li")
    assert [(a.id, a.ways) for a in touched.acts] == [("s:e5", ["self"])]
    before = clock.loads(store)[0].opened_at - 1
    with pytest.raises(NotFound):
        handlers(store, LOCAL_OPERATOR, "zhang", before)


def test_every_event_of_an_actor_is_in_the_trail(duckdb_uri: str, tmp_path: Path) -> None:
    rows = [f"{n % 40},act {n % 7},2024-01-{n % 28 + 1:02d}T10:00:00+08:00,{'ab'[n % 2]},,,," for n in range(300)]
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, log(tmp_path, "s.csv", *rows))
        seen: list[str] = []
        cursor = None
        while True:
            page = trail(store, LOCAL_OPERATOR, "a", limit=37, cursor=cursor)
            seen += [event.id for event in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert (len(seen), len(set(seen)), page.events) == (150, 150, 150)
    assert sum(duty.events for duty in page.duties) == 150
