"""What columns tell of cases is what looking at each tells, and tables tell of a case what its chain does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from graph import clock
from graph.case_records import CaseRecords
from graph.chain import chains
from graph.classification import titles_of_types
from graph.conformance import case_records, evaluate, findings_of_cases
from graph.conformance_findings import CaseUnder
from graph.conformance_records import NO_ARCHIVE_RULE
from graph.conformance_surely import surely_kept
from graph.days import number_of
from graph.in_force import in_force
from graph.items import KnownItems, known_items
from graph.settings import Settings
from graph.standard import ItemStandard
from graph.store import Store
from graph.told_case import told_of
from graph.told_cases import CaseTables, told_cases
from graph.working_days import WorkingDays
from tests.archives import archive
from tests.graph.conformance_cases import STANDARD
from tests.graph.histories import History, histories, written
from tests.graph.history_by_hand import BY_HAND
from tests.graph.sample import ms

DAY = 86_400_000
TODAY = number_of(date(2024, 9, 1))
TYPES = {"id-card": None, "photo": 183, "form": 0}
KNOWN = KnownItems(
    {},
    {},
    {id_: {"validity_days": days} for id_, days in TYPES.items()},
    titles_of_types((id_, id_, "[]") for id_ in TYPES),
)
STEPS = ("受理", "审核", "审批", "办结")
STAGES = dict(zip(STEPS, ("acceptance", "review", "approval", "completion"), strict=True))
MOSTLY = {
    "lifecycle": ("complete", None, "start"),
    "precision": ("minute", "second", "day", "month", None),
    "offset": (28_800, None, 0),
    "outcome": (None, "退件"),
}


def mostly(*values: Any) -> st.SearchStrategy[Any]:
    """The first value nineteen times in twenty, otherwise one of them: a case has some fifty such values."""
    return st.integers(0, 19).flatmap(lambda n: st.just(values[0]) if n < 19 else st.sampled_from(values))


@st.composite
def standards(draw: st.DrawFn) -> ItemStandard:
    """The standard of the tests of conformance with some of its parameters drawn."""
    plain = yaml.safe_load(STANDARD)
    for step in plain["review"]:
        step["required"] = draw(mostly(True, False))
        for name in ("limit_days", "days"):
            step.pop(name, None)
        if draw(st.booleans()):
            step |= {"limit_days": draw(st.integers(0, 6)), "days": draw(st.sampled_from(("natural", "working")))}
            step |= draw(mostly({}, {"limit_from": "受理"}, {"limit_from": "photo"}, {"extension_days": 2}))
        step |= draw(mostly({}, {"must_follow": ["受理"]}, {"must_follow": []}, {"also": ["别名"]}, {"by": ["甲"]}))
        step |= draw(mostly({}, {"not_by_same_as": ["受理"]}, {"rests_on": ["photo"]}, {"stops_clock_until": "审批"}))
        step |= draw(mostly({}, {"produces": ["form"]}, {"window": {"until": "06-30"}}))
    for material in plain["materials"]:
        material.pop("form", None)
        material |= draw(mostly({}, {"form": "original"}, {"form": "copy"}, {"form": "checked on sight"}))
        material |= draw(mostly({}, {"instead": ["form"]}, {"validity_days": 30}, {"validity_days": "unlimited"}))
        material["required"] = draw(mostly(True, False))
    for field in plain["registration"]:
        field |= draw(mostly({}, {"type": "date"}, {"type": "integer"}, {"codes": ["张三"]}))
    plain["limit"] = draw(st.sampled_from((None, {"days": 6, "kind": "natural", "source": "guide"})))
    plain["archive"] = draw(mostly(None, plain["archive"], {**plain["archive"], "physical_form": "paper"}))
    return ItemStandard.model_validate(plain)


@dataclass(frozen=True)
class Rows:
    """The rows of the tables of some cases, by table."""

    of: dict[str, list[dict[str, Any]]]

    def tables(self) -> CaseTables:
        read = CaseTables(None, [], 1)  # type: ignore[arg-type]
        empty = {name: getattr(read, name) for name in (*self.of, "decisions")}
        for name, rows in self.of.items():
            setattr(read, name, pa.Table.from_pylist(rows, schema=empty[name].schema))
        return read


@st.composite
def cases(draw: st.DrawFn) -> Rows:
    """Cases that mostly keep to the standard: each row of their tables may be another one, or none."""
    of: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for number in range(draw(st.integers(1, 4))):
        _case(draw, of, f"c{number}")
    return Rows(of)


TABLES = ("cases", "events", "parties", "missing_ends", "records", "places", "event_fields", "record_fields")


def _case(draw: st.DrawFn, of: dict[str, list[dict[str, Any]]], id_: str) -> None:
    at = ms(f"2024-{draw(st.integers(1, 9)):02}-{draw(st.integers(1, 28)):02}T09:00")
    accepted = draw(mostly(None, at, at - 3 * DAY))
    status = draw(mostly("closed", "open", "unknown"))
    of["cases"].append(
        {"case_id": id_, "item_id": "subsidy", "accepted_at": accepted, "opened_at": accepted or at, "status": status}
    )
    steps = draw(st.permutations(STEPS)) if draw(mostly(False, True)) else list(STEPS)
    steps += draw(mostly([], ["受理"], ["电话"], ["别名"], ["审核", "办结"]))
    for place, activity in enumerate(steps):
        if not draw(mostly(True, False)):
            continue
        at += draw(st.sampled_from((0, 3_600_000, DAY, 2 * DAY))) if place else 0
        at += draw(mostly(0, 9 * DAY, -DAY, 200 * DAY))
        event = f"{id_}e{place}"
        said = {name: draw(mostly(*values)) for name, values in MOSTLY.items()}
        of["events"].append(
            {
                "case_id": id_,
                "event_id": event,
                "known": True,
                "at": draw(mostly(at, None)),
                "activity": f" {activity}" if draw(mostly(False, True)) else activity,
                "stage": STAGES.get(activity, "other"),
                "erased": draw(mostly(None, 3)),
                **said,
            }
        )
        for actor in draw(mostly(["甲"], [], ["甲", "乙"])):
            of["parties"].append({"type": "BY", "event_id": event, "to_id": actor, "name": actor, "kind": "staff"})
        if draw(mostly(False, True)):
            of["missing_ends"].append({"type": "USED", "event_id": event, "to_label": "Material", "to_id": "gone"})
        for title in draw(mostly(["id-card", "photo"] if place == 0 else [], [], ["form"], ["photo"], ["别的"])):
            _record(draw, of, event, f"{id_}{title}", title)
        for field in ("name", "phone") if place == 0 else ():
            value = draw(mostly("张三" if field == "name" else "13800000000", None, " ", "20240101", "7", "王五"))
            number = draw(mostly(None, 5))
            if draw(mostly(True, False)):
                fact = {"fact_id": f"{event}{field}", "field": field, "value": value, "number": number, "unit": None}
                of["event_fields"].append({"event_id": event, **fact})


def _record(draw: st.DrawFn, of: dict[str, list[dict[str, Any]]], event: str, id_: str, title: str) -> None:
    content = next((dict(one) for one in of["records"] if one["material_id"] == id_), None) or {
        "material_id": id_,
        "title": title,
        "date": draw(mostly("20240101", None, "2023", "20230601")),
        "medium": draw(mostly("paper", None)),
        "form": draw(mostly("original", "copy", None, "e-licence", "checked on sight")),
        "valid_until": draw(mostly(None, "20241231", "20240201", "长期")),
        "class": draw(mostly(None, "业务档案 1", "9")),
        "retention": draw(mostly(None, "50年", "永久")),
        "erased": draw(mostly(None, 2)),
    }
    of["records"].append(
        {"type": draw(mostly("RECEIVED", "USED", "PRODUCED", "TOUCHED")), "event_id": event, **content}
    )
    if draw(mostly(False, True)):
        file = {"type": "HAS_FILE", "to_id": f"{id_}f", "media_type": "application/pdf", "size": 7}
        of["places"].append({"material_id": id_, **file})
    if draw(mostly(False, True)):
        fact = {"fact_id": f"{id_}x", "field": "phone", "value": "20240101", "number": None, "unit": None}
        of["record_fields"].append({"material_id": id_, **fact})


def looked_at(read: CaseTables, standard: ItemStandard) -> list[CaseUnder]:
    """Each case under the standard."""
    return [
        CaseUnder(case, records, standard, TYPES, WorkingDays(), TODAY) for case, records in told_cases(read, KNOWN)
    ]


KEPT: list[bool] = []


# On a busy machine it takes long to draw a standard and its cases, which says nothing of them.
@examples(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), standards())
def _no_finding_is_lost(rows: Rows, standard: ItemStandard) -> None:
    every = looked_at(rows.tables(), standard)
    days = [one.accepted_day for one in every]
    kept = surely_kept(rows.tables(), KNOWN, [standard] * len(every), days, WorkingDays()).tolist()
    KEPT.extend(kept)
    for one, is_kept in zip(every, kept, strict=True):
        if is_kept:
            bare = standard.archive is None and bool(one.records.materials)
            assert evaluate(one) == ([NO_ARCHIVE_RULE] if bare else [])


def test_of_no_case_is_told_that_it_surely_keeps_to_its_standard_when_looking_finds_something() -> None:
    KEPT.clear()
    _no_finding_is_lost()
    # It does not say 'look' of all.
    assert KEPT.count(True) > 20


def told(store: Store, ids: Sequence[str], load: int) -> tuple[list[Any], list[Any]]:
    """The cases by tables and by chains, as they are evaluated."""
    known = known_items(store, load)
    by_tables = [_plain(*one) for one in told_cases(CaseTables(store, ids, load), known)]
    told = chains(store, list(in_force(store, {"Case": ids}, load)["Case"].values()), load)
    records = case_records(store, known, told, load)
    by_chains = [_plain(told_of(one), of) for one, of in zip(told, records, strict=True)]
    return sorted(by_tables), sorted(by_chains)


def _plain(case: Any, records: CaseRecords) -> tuple[str, str, str]:
    """Without difference between lists and tuples; the order of what is stated means nothing."""
    events = [[list(one) if isinstance(one, tuple | list) else one for one in event] for event in case.events]
    return case.id, repr([*case[:-1], events]), repr([list(records.materials), sorted(map(repr, records.fields))])


def test_tables_tell_of_a_case_what_its_chain_does(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        store.prepare()
        with written(store, settings, BY_HAND[:-1]):
            load = clock.last_done(store)
            ids = [row[0] for row in store.read("derive/cases", after="", limit=100)]
            by_tables, by_chains = told(store, ids, load)
            assert by_tables == by_chains
            assert len(by_tables) > 1
            assert any("RECEIVED" in repr(row) or row[2] != "[[], []]" for row in by_tables)


@pytest.mark.slow
@examples(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_tables_tell_of_generated_cases_what_their_chains_do(history: History) -> None:
    with archive("duckdb:///:memory:") as (store, settings):
        _hold(store, settings, [step for step in history if step.end == "done"])


def _hold(store: Store, settings: Settings, history: History) -> None:
    store.prepare()
    with written(store, settings, history):
        load = clock.last_done(store)
        ids = [row[0] for row in store.read("derive/cases", after="", limit=100)]
        by_tables, by_chains = told(store, ids, load)
        assert by_tables == by_chains
        found = dict(findings_of_cases(store, CaseTables(store, ids, load), WorkingDays(), TODAY))
        assert set(found) == {one[0] for one in by_tables}
