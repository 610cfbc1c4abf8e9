"""An audit of what changed finds exactly what an audit of everything does, on both engines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest

from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import findings
from graph.audit.run import Scope, audit
from graph.clock import SourceOfLoad, loading, now_ms
from graph.days import DAY_MS, number_of
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays, YearOfDays
from tests.archives import archive, content
from tests.graph.audit.deviations import Graph, deviations, usual
from tests.graph.audit.test_audit import OWN, fired, rule_set, run
from tests.graph.audit.test_standards import listed, write_faulty
from tests.graph.conformance_cases import write_case, write_standards
from tests.graphs import link

# Settings that say where an archive is, who writes it and when, and where its ledger is: they change no finding.
WRITING = {"store", "ledger", "ledger_key", "id_key", "wait", "lease"}


def later(store: Store, settings: Settings) -> None:
    """Cases that give an actor a second duty and another one a run of decisions."""
    graph = Graph()
    for n in range(1, 6):
        graph.case(
            f"more-{n}", *usual(f"2024-09-0{n}", "丙")[:1], ("审核", f"2024-09-0{n}T10:00:00", "受理丙"), item="duty"
        )
        graph.case(
            f"run-{n}", *usual(f"2024-09-0{n}", "己")[:2], ("审批", f"2024-09-20T09:0{n}:00", "忙"), item="bulk"
        )
    graph.write(store, settings)


def test_rules_about_actors_look_at_those_who_acted(store_uri: str) -> None:
    rules = rule_set(**OWN)
    with archive(store_uri) as (store, settings):
        deviations().write(store, settings)
        run(store, settings, rules, of="all")
        before = fired(store)
        later(store, settings)
        changes = run(store, settings, rules)
        assert changes.cases == 10
        after = fired(store)
        assert after["duties-together"] - before["duties-together"] == {"受理丙"}
        # What was found of those who did nothing since still stands.
        assert after["decisions-in-bulk"] > before["decisions-in-bulk"] == {"bulk-4"}
        found = content(store)
        assert run(store, settings, rules, of="all").cases > changes.cases
        assert content(store) == found


def test_other_standards_are_a_reason_to_look_at_all_cases(store_uri: str, tmp_path: Path) -> None:
    rules = read_rules()
    with archive(store_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "first"))
        write_case(store, settings, 1, "03")
        rebuild(store, settings)
        audit(store, settings, LOCAL_OPERATOR, rules, Scope())
        before = {row.id for row in listed(store)}
        load_standards(store, settings, write_faulty(tmp_path / "second"))
        report = audit(store, settings, LOCAL_OPERATOR, rules, Scope())
        assert (report.cases, report.everything) == (1, "standards")
        found = {row.id for row in listed(store)}
        assert found > before
        audit(store, settings, LOCAL_OPERATOR, rules, Scope(of="all"))
        assert {row.id for row in listed(store)} == found


def test_on_another_day_open_cases_are_looked_at_again(duckdb_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = read_rules()
    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        graph.case("closed", *usual("2024-03-05"))
        graph.case("open", *usual("2024-03-05")[:2])
        graph.write(store, settings)
        assert [run(store, settings, rules).cases for _ in range(2)] == [2, 0]
        monkeypatch.setattr("graph.audit.run.now_ms", lambda: now_ms() + DAY_MS)
        assert [run(store, settings, rules).cases for _ in range(2)] == [1, 0]


DAYS = """years:
  2024:
    holidays: [2024-01-01, 2024-03-05, 2024-03-06]
    workdays: []
    source: 放假通知
"""


def test_other_working_days_are_a_reason_to_look_at_all_cases(store_uri: str, tmp_path: Path) -> None:
    rules, days = read_rules(), tmp_path / "days.yaml"
    days.write_text(DAYS, encoding="utf-8")
    with archive(store_uri) as (store, settings):
        load_standards(store, settings, write_faulty(tmp_path / "standards"))
        write_case(store, settings, 1, "03")
        rebuild(store, settings)
        other = settings.model_copy(update={"working_days": days})

        def audited(under: Settings, of: Literal["changes", "all"] = "changes") -> tuple[int, str | None, set[str]]:
            report = audit(store, under, LOCAL_OPERATOR, rules, Scope(of=of))
            late = {one.id for one in listed(store) if one.rule == "standard-limit" and "|limit:" in one.id}
            return report.cases, report.everything, late

        _, why, late = audited(settings)
        assert why == "first" and len(late) == 1
        assert audited(settings) == (0, None, late)
        # Two of the three days that the review took are off by that file.
        assert audited(other) == (1, "calendar", set())
        found = content(store)
        assert audited(other, "all") == (1, None, set())
        assert content(store) == found
        assert audited(other) == (0, None, set())
        days.write_text(DAYS.replace(", 2024-03-06", ""), encoding="utf-8")
        assert audited(other) == (1, "calendar", late)
        assert audited(settings) == (1, "calendar", late)


def test_what_an_audit_of_a_part_has_left_is_looked_at_again(duckdb_uri: str) -> None:
    own = rule_set(rules={"no-actor": {"severity": "low"}, "slow": {"like": "no-actor", "seconds": 1e-9}})
    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        graph.case("one", *usual("2024-03-05")[:3], ("办结", "2024-03-05T12:00:00", None))
        graph.case("two", *usual("2024-03-06"))
        graph.write(store, settings)
        usually = read_rules()
        assert run(store, settings, usually).everything == "first"
        before = content(store)
        assert run(store, settings, own, of="case", case="x:one").everything is None
        assert content(store) != before
        report = run(store, settings, usually)
        assert (report.cases, report.everything) == (2, "rules")
        assert content(store) == before
        # What a rule that failed would have found is looked for again by the next audit.
        assert run(store, settings, own).everything == "rules"
        again = run(store, settings, own)
        assert (again.cases, again.everything) == (2, "failed")


def test_findings_depend_on_no_other_setting(duckdb_uri: str) -> None:
    """An audit asks for no settings but the working days, and those that say how the store is written."""
    asked: set[str] = set()

    class Asked(Settings):
        def __getattribute__(self, name: str) -> Any:
            if name in Settings.model_fields:
                asked.add(name)
            return super().__getattribute__(name)

    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        graph.case("one", *usual("2024-03-05"))
        graph.write(store, settings)
        run(store, Asked(**settings.model_dump()), read_rules())
    assert asked - WRITING == {"working_days"}


def test_the_digest_of_a_calendar_tells_it_from_another_one() -> None:
    day = date(2027, 1, 1)
    year = YearOfDays(holidays=frozenset({day}), workdays=frozenset(), source="a")
    calendars = [
        WorkingDays(),
        WorkingDays({2027: year}),
        WorkingDays({2028: year}),
        WorkingDays({2027: YearOfDays(holidays=frozenset(), workdays=frozenset({day}), source="a")}),
    ]
    assert len({one.digest for one in calendars}) == 4
    assert WorkingDays({2027: year.model_copy(update={"source": "b"})}).digest == calendars[1].digest
    used = WorkingDays()
    used.is_working(number_of(day) - 400)
    assert used.digest == calendars[0].digest


PHONE = ("电话", "2024-05-06T09:30:00", "受理")


def of_steps(**cases: tuple[tuple[str, str | None, str | None], ...]) -> Graph:
    graph = Graph()
    for id_, events in cases.items():
        graph.case(id_, *events)
    return graph


def odd(day: str) -> tuple[tuple[str, str, str], ...]:
    """A case with a telephone call after its acceptance."""
    first, *rest = usual(day)
    return (first, ("电话", f"{day}T09:30:00", "受理"), *rest)


def moved() -> Graph:
    """The call of a case turns out to belong to another one."""
    graph = of_steps(usual1=usual("2024-05-01"))
    graph.event("odd1-2", "Case x:usual1", *PHONE, seq=2)
    return graph


def of_other_item() -> Graph:
    graph = Graph()
    graph.case("odd2", *odd("2024-05-06"), item="other")
    return graph


def sent_back(day: str) -> tuple[tuple[str, str, str], ...]:
    first, _, *rest = odd(day)
    return (first, ("退件", f"{day}T09:30:00", "受理"), *rest)


# What is loaded, and whether the steps of all cases have to be counted, since no finding tells where a step is taken.
STEPS_LATER = (
    (of_steps(usual2=(*usual("2024-05-02"), ("电话", "2024-05-02T13:00:00", "受理"))), False),
    (of_steps(odd2=odd("2024-05-06")), False),
    # Now rare again, by a case that has not changed.
    (moved(), True),
    # Said anew: its second event was no call.
    (of_steps(odd2=sent_back("2024-05-06")), False),
    (of_steps(odd2=odd("2024-05-06"), odd3=odd("2024-05-07"), odd4=odd("2024-05-08")), False),
    (of_other_item(), False),
    # So many more cases make rare what others do.
    (of_steps(**{f"more{n}": usual(f"2024-06-{n:02}") for n in range(1, 21)}), True),
    (of_steps(), False),
)


def test_steps_are_counted_on_from_the_audit_before(store_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = rule_set(rules={"unusual-step": {"parameters": {"share": 0.1, "least": 5}}})
    with archive(store_uri) as (store, settings):
        of_steps(**{f"usual{n}": usual(f"2024-05-0{n}") for n in range(1, 10)}, odd1=odd("2024-05-06")).write(
            store, settings
        )
        run(store, settings, rules, of="all")
        asked = noted(store, monkeypatch)
        seen = set()
        for place, (graph, anew) in enumerate(STEPS_LATER):
            graph.write(store, settings)
            asked.clear()
            run(store, settings, rules)
            assert ("audit/steps" in asked) == anew, place
            found = content(store)
            seen.add(frozenset(fired(store).get("unusual-step", ())))
            # Some audits of changes follow each other.
            if place % 2:
                run(store, settings, rules, of="all")
                assert content(store) == found, place
        assert len(seen) > 4


def noted(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tables that the store is asked for from now on."""
    asked: list[str] = []
    table = store.table

    def noting(name: str, *args: Any, **params: Any) -> pa.Table:
        asked.append(name)
        return table(name, *args, **params)

    monkeypatch.setattr(store, "table", noting)
    return asked


def in_regions(**cases: tuple[str, str, str]) -> Graph:
    """Cases of an item, each in a region, from a day in March on for ten days, of a person."""
    graph = Graph()
    for name, (region, day, person) in cases.items():
        opened, closed = f"2024-03-{day}T09:00:00", f"2024-03-{int(day) + 10}T09:00:00"
        graph.case(name, ("受理", opened, "甲"), ("办结", closed, "乙"), item="benefit", region=region)
        graph.links["APPLIED"].append(
            link(graph.record("Person", person), f"Case x:{name}", role="applicant" if name != "e" else "agent")
        )
    return graph


def jointly() -> Graph:
    """Two cases that a second person applied to as well."""
    graph = in_regions(b=("南", "02", "p"), c=("东", "03", "p"))
    for name in ("b", "c"):
        graph.links["APPLIED"].append(link(graph.record("Person", "r"), f"Case x:{name}", role="applicant"))
    return graph


REGIONS_LATER: tuple[tuple[Graph, set[tuple[str, str]]], ...] = (
    # A third case joins two that have not changed: its finding is one more of the earliest.
    (in_regions(c=("西", "03", "p")), {("a", "b"), ("a", "c"), ("b", "c")}),
    (in_regions(c=("东", "03", "p")), {("a", "b"), ("b", "c")}),
    # It turns out to be another person's, who has one beside it.
    (in_regions(b=("南", "02", "q")), {("b", "d")}),
    (in_regions(b=("南", "02", "p")), {("a", "b"), ("b", "c")}),
    # After the others.
    (in_regions(a=("东", "20", "p")), {("b", "c")}),
    (in_regions(e=("南", "03", "p")), {("b", "c")}),
    (Graph(), {("b", "c")}),
    # Both are also another person's, of whom no more is said then.
    (jointly(), {("b", "c")}),
    (in_regions(b=("南", "02", "p"), c=("东", "03", "p")), {("b", "c")}),
    (in_regions(b=("南", "02", "r"), c=("东", "03", "r")), {("b", "c")}),
)


def test_two_regions_are_told_of_the_changed_cases_and_the_others_of_their_persons(store_uri: str) -> None:
    rules = rule_set(rules={"two-regions": {"severity": "low"}})

    def pairs(store: Store) -> set[tuple[str, str]]:
        found = findings(store, LOCAL_OPERATOR, FindingFilter(rule="two-regions")).items
        parts = [one.id.split("|") for one in found]
        assert all(nth == "0" for *_, nth in parts)
        about = {
            (row[0], row[2]) for row in store.read("audit/finding_targets", ids=[one.id for one in found], load=99)
        }
        assert about == {(one.id, id_) for one, (_, *ids, _) in zip(found, parts, strict=True) for id_ in ids}
        return {(first.removeprefix("x:"), second.removeprefix("x:")) for _, first, second, _, _ in parts}

    with archive(store_uri) as (store, settings):
        in_regions(a=("东", "01", "p"), b=("南", "02", "p"), d=("北", "03", "q")).write(store, settings)
        run(store, settings, rules, of="all")
        assert pairs(store) == {("a", "b")}
        for place, (graph, expected) in enumerate(REGIONS_LATER):
            graph.write(store, settings)
            assert run(store, settings, rules).everything is None
            assert pairs(store) == expected, place
            found = content(store)
            run(store, settings, rules, of="all")
            assert content(store) == found, place


def test_steps_are_counted_anew_after_another_audit_or_an_erasure(
    duckdb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = rule_set(rules={"unusual-step": {"parameters": {"share": 0.2, "least": 5}}})
    stricter = rule_set(rules={"unusual-step": {"parameters": {"share": 0.01, "least": 5}}})
    with archive(duckdb_uri) as (store, settings):
        days = [f"2024-05-0{n}" for n in range(1, 10)]
        of_steps(**{f"usual-{day}": usual(day) for day in days}, odd1=odd("2024-05-06")).write(store, settings)
        run(store, settings, rules, of="all")
        asked = noted(store, monkeypatch)
        # It leaves none of the findings about steps.
        run(store, settings, stricter, of="case", case="x:odd1")
        run(store, settings, rules)
        assert asked.count("audit/steps") == 2 and fired(store)["unusual-step"] == {"odd1"}
        with loading(store, settings, SourceOfLoad("erasure", "x", "", "hand", "", "append", None)) as (_, writer):
            writer.erase_contents("Event", pa.array(["x:odd1-2"]))
            counts = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), 0)
            writer.commit({**counts, "now": now_ms()})
        asked.clear()
        run(store, settings, rules)
        assert "audit/steps" in asked
        found = content(store)
        run(store, settings, rules, of="all")
        assert content(store) == found
        assert "电话" not in "".join(row[4] or "" for row in store.read("audit/runs", mode="audit"))
