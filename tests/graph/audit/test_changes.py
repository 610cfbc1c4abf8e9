"""An audit of what changed finds exactly what an audit of everything does, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph.audit.run import Scope, audit
from graph.clock import now_ms
from graph.days import DAY_MS
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content
from tests.graph.audit.deviations import Graph, deviations, usual
from tests.graph.audit.test_audit import OWN, fired, rule_set, run
from tests.graph.audit.test_standards import listed, write_faulty
from tests.graph.conformance_cases import write_case, write_standards


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
        assert audit(store, settings, LOCAL_OPERATOR, rules, Scope()).cases == 1
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
