"""Decisions on both engines: each kind decided, seen in the questions, reversed, and kept through a rebuild."""

from __future__ import annotations

import time
from datetime import date

import pytest

from graph.clock import last_done, loads
from graph.decide import (
    AcceptRequest,
    ClassRequest,
    DecisionRequest,
    MatchRequest,
    ReversalRequest,
    ValueRequest,
    decide,
)
from graph.decisions import Decided, DecisionRow, decisions
from graph.dossier import dossier
from graph.errors import NotFound, UsageError
from graph.library import library
from graph.rebuild import rebuild
from graph.reuse import reuse
from graph.settings import Settings
from graph.store import Store
from graph.subjects import persons
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content
from tests.graph.sample import LI, OLD_ZHANG, ZHANG, write_cases, write_catalogue, write_standards

WHO = {"who": "王科长", "why": "档案核对"}


def filled(store: Store, settings: Settings) -> None:
    for part in (write_standards, write_catalogue, write_cases):
        part(store, settings)
    rebuild(store, settings)


def decided(store: Store, settings: Settings, request: DecisionRequest) -> Decided:
    return decide(store, settings, LOCAL_OPERATOR, request)


def reversed_(store: Store, settings: Settings, row: DecisionRow) -> DecisionRow:
    return decided(store, settings, ReversalRequest(decision=row.id, **WHO)).decision


def now() -> int:
    """An instant that is after what was done and before what is done next."""
    time.sleep(0.003)
    at = time.time_ns() // 1_000_000
    time.sleep(0.003)
    return at


def kept(store: Store, settings: Settings) -> None:
    """A rebuild gives the same graph."""
    before = content(store)
    rebuild(store, settings)
    assert content(store) == before


def test_a_match_makes_one_person_of_two_until_it_is_reversed(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        filled(store, settings)
        before = now()
        row = decided(store, settings, MatchRequest(persons=(OLD_ZHANG, ZHANG), score=0.9, **WHO)).decision
        assert dossier(store, LOCAL_OPERATOR, ZHANG).ids == [ZHANG, OLD_ZHANG]
        assert [(t.label, t.id) for t in row.about] == [("Person", ZHANG), ("Person", OLD_ZHANG)]
        assert row.what == {"before": None, "method": "by hand", "score": "0.9"}
        assert content(store)["SAME_AS"] == {("Person", ZHANG, "Person", OLD_ZHANG, "by hand", 0.9)}
        assert dossier(store, LOCAL_OPERATOR, ZHANG, before).ids == [ZHANG]
        with pytest.raises(UsageError, match="one already"):
            decided(store, settings, MatchRequest(persons=(ZHANG, OLD_ZHANG), **WHO))
        kept(store, settings)
        matched = now()
        back = reversed_(store, settings, row)
        assert dossier(store, LOCAL_OPERATOR, ZHANG).ids == [ZHANG]
        assert dossier(store, LOCAL_OPERATOR, ZHANG, matched).ids == [ZHANG, OLD_ZHANG]
        assert back.overrides == row.id
        with pytest.raises(UsageError, match="reversed already"):
            reversed_(store, settings, row)
        with pytest.raises(UsageError, match="Decide again"):
            reversed_(store, settings, back)
        decided(store, settings, MatchRequest(persons=(ZHANG, OLD_ZHANG), **WHO))
        assert dossier(store, LOCAL_OPERATOR, OLD_ZHANG).ids == [ZHANG, OLD_ZHANG]
        with pytest.raises(UsageError, match="the same person"):
            decided(store, settings, MatchRequest(persons=(LI, LI), **WHO))


def test_a_class_goes_before_the_title_in_every_answer(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        filled(store, settings)
        before = now()
        first = decided(store, settings, ClassRequest(material="m-li", type="photo", **WHO)).decision
        assert first.what == {
            "before": {"type": "id-card", "method": "synonym", "decision": None},
            "type": "photo",
        }
        assert _type(store, LI, "m-li") == ("photo", "decision")
        assert _type(store, LI, "m-li", before) == ("id-card", "synonym")
        assert {r.id: r.records for r in library(store, LOCAL_OPERATOR).types}["id-card"] == 1
        answer = {m.type_id: m.on_file for m in reuse(store, LOCAL_OPERATOR, LI, ["card"], on=_DAY).materials}
        assert answer["id-card"] is False
        second = decided(store, settings, ClassRequest(material="m-li", type=None, **WHO)).decision
        assert second.what["before"] == {"type": "photo", "method": "decision", "decision": first.id}
        assert _type(store, LI, "m-li") == (None, "decision")
        kept(store, settings)
        reversed_(store, settings, second)
        assert _type(store, LI, "m-li") == ("photo", "decision")
        write_standards(store, settings)
        write_catalogue(store, settings)
        kept(store, settings)
        assert _type(store, LI, "m-li") == ("photo", "decision")
        reversed_(store, settings, first)
        assert _type(store, LI, "m-li") == ("id-card", "synonym")
        with pytest.raises(NotFound, match="no type of material"):
            decided(store, settings, ClassRequest(material="m-li", type="nothing", **WHO))
        with pytest.raises(NotFound, match="no Material"):
            decided(store, settings, ClassRequest(material="nothing", type="photo", **WHO))


_DAY = date(2024, 1, 1)


def _type(store: Store, person: str, material: str, at: int | None = None) -> tuple[str | None, str | None]:
    """The type of a material in the dossier, which today is also the one that lists count by."""
    found = {m.id: (m.type_id, m.method) for m in dossier(store, LOCAL_OPERATOR, person, at).materials}[material]
    if at is None:
        derived = {row[1]: row[3] for row in content(store)["OF_TYPE"]}
        assert derived.get(material) == found[0]
    return found


def test_a_value_prevails_by_decision_for_lists_dossier_and_reuse(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        filled(store, settings)
        match = decided(store, settings, MatchRequest(persons=(ZHANG, OLD_ZHANG), **WHO)).decision
        before = now()
        row = decided(store, settings, ValueRequest(fact="x-old-name", **WHO)).decision
        assert row.what == {
            "before": [{"subject": OLD_ZHANG, "fact": "x-name", "by": "latest"}],
            "field": "name",
        }
        _names(store, "张山", "decision")
        assert dossier(store, LOCAL_OPERATOR, ZHANG, before).values["name"] == "张三"
        field = reuse(store, LOCAL_OPERATOR, ZHANG, ["card"], on=_DAY).fields[0]
        assert (field.field, field.value, field.on_file) == ("name", "张山", True)
        kept(store, settings)
        other = decided(store, settings, ValueRequest(fact="x-name", **WHO)).decision
        assert other.what["before"] == [{"subject": ZHANG, "fact": "x-old-name", "by": "decision"}]
        _names(store, "张三", "decision")
        reversed_(store, settings, other)
        _names(store, "张山", "decision")
        reversed_(store, settings, row)
        _names(store, "张三", "latest")
        reversed_(store, settings, match)
        kept(store, settings)
        assert dossier(store, LOCAL_OPERATOR, OLD_ZHANG).values["name"] == "张山"
        with pytest.raises(NotFound, match="no Fact nothing"):
            decided(store, settings, ValueRequest(fact="nothing", **WHO))


def _names(store: Store, name: str, by: str) -> None:
    answer = dossier(store, LOCAL_OPERATOR, ZHANG)
    assert (answer.values["name"], answer.fields[0].by) == (name, by)


def test_display_values_follow_a_decision(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        filled(store, settings)
        row = decided(store, settings, ValueRequest(fact="x-li", **WHO)).decision
        assert {p.id: p.name for p in persons(store, LOCAL_OPERATOR).items}[LI] == "李四"
        assert row.what["before"] == [{"subject": LI, "fact": "x-li", "by": "only"}]


def test_decisions_are_listed_with_what_was_before(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        assert decisions(store, LOCAL_OPERATOR).items == []
        with pytest.raises(NotFound, match="empty"):
            decided(store, settings, AcceptRequest(finding="f", **WHO))
        filled(store, settings)
        accepted = decided(store, settings, AcceptRequest(finding="rule:hall:1:0", until=date(2027, 1, 31), **WHO))
        assert "no finding" in accepted.remarks[0]
        assert accepted.decision.what == {"before": None, "until": "2027-01-31"}
        value = decided(store, settings, ValueRequest(fact="x-li", **WHO)).decision
        back = reversed_(store, settings, value)
        listed = decisions(store, LOCAL_OPERATOR).items
        assert [(r.id, r.kind, r.who, r.why) for r in listed] == [
            (back.id, "reversal", "王科长", "档案核对"),
            (value.id, "prevailing value", "王科长", "档案核对"),
            (accepted.decision.id, "finding accepted", "王科长", "档案核对"),
        ]
        assert (listed[1].reversed_by, listed[0].overrides) == (back.id, value.id)
        assert [r.id for r in decisions(store, LOCAL_OPERATOR, about="x-li").items] == [back.id, value.id]
        assert [r.id for r in decisions(store, LOCAL_OPERATOR, about="rule:hall:1:0").items] == [accepted.decision.id]
        assert [r.id for r in decisions(store, LOCAL_OPERATOR, kind="reversal").items] == [back.id]
        page = decisions(store, LOCAL_OPERATOR, limit=2)
        rest = decisions(store, LOCAL_OPERATOR, limit=2, cursor=page.next)
        assert [*page.items, *rest.items] == listed
        assert rest.next is None
        done = {load.number: load for load in loads(store)}[value.load]
        assert (done.source, done.state, done.rows_in, done.loaded) == ("decision: prevailing value", "done", 1, 1)
        with pytest.raises(UsageError, match="who decides and why"):
            decided(store, settings, ValueRequest(fact="x-li", who=" ", why="x"))
        assert last_done(store) == back.load
