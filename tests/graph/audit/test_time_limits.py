"""A rule that takes too long is stopped within its statement or between two cases, and holds up no other."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.pages.audit_tables import why_failed
from dashboard.texts import Texts
from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph import duckdb_store, neo4j_store, query_files
from graph.audit.run import AuditReport, runs
from graph.conformance import evaluate
from graph.conformance_findings import CaseUnder, Finding
from graph.derive_records import id_pages
from graph.errors import TookTooLong
from graph.rebuild import rebuild
from graph.time_limits import in_time, interrupted_in_time, time_left, within
from graph.together import together
from tests.archives import archive
from tests.graph.audit.deviations import deviations
from tests.graph.audit.test_audit import fired, run
from tests.graph.audit.test_standards import write_faulty
from tests.graph.conformance_cases import write_case

# The columns of the statements in whose place some are put that would run for days.
COLUMNS = {
    "audit/same_benefit": "person_id, item_id, case_id, region, other_id, other_region",
    "audit/own_cases": "case_id, event_id, actor_id, person_id",
}
HANGS = {
    "duckdb": """FROM range(10000000) a(i), range(10000000) b(j)
        WHERE hash(a.i, b.j) = 1 AND $load > 0 AND len($given) > 0""",
    "neo4j": """UNWIND range(1, 10000000) AS i UNWIND range(1, 10000000) AS j
        WITH i, j WHERE i * j % 7 = 8 + $load + size($given)""",
}
# Long enough for a statement that does not hang, on a busy machine.
SECONDS = 10
OWN = f"""\
rules:
  two-regions: {{seconds: {SECONDS}}}
  own-case:
    severity: high
    seconds: {SECONDS}
"""


def hangs(monkeypatch: pytest.MonkeyPatch, *names: str, from_: int = 1) -> None:
    """Lets statements never end, from their n-th time on."""
    asked, own = Counter[str](), query_files.query

    def query(engine: str, name: str) -> str:
        asked[name] += 1
        return hanging(engine, name) if name in names and asked[name] >= from_ else own(engine, name)

    for store in (duckdb_store, neo4j_store):
        monkeypatch.setattr(store, "query", query)


def hanging(engine: str, name: str) -> str:
    """A cross join of ten million rows with as many, and the parameters and columns of a statement."""
    columns = ", ".join(f"'{column}' AS {column}" for column in COLUMNS[name].split(", "))
    given = "ids" if "$ids" in query_files.query(engine, name) else "roles"
    # DuckDB takes no parameter that a statement does not name.
    named = " AND ($cases::VARCHAR[] IS NULL OR TRUE)" if given == "roles" and engine == "duckdb" else ""
    rest = HANGS[engine].replace("$given", f"${given}") + named
    return f"SELECT {columns} {rest}" if engine == "duckdb" else f"{rest} RETURN {columns}"


def said(report: AuditReport) -> dict[str, tuple[str | None, str | None, int | None, str | None]]:
    return {one.rule: (one.failed, one.file, one.line, one.field) for one in report.rules if one.failed}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_a_statement_that_hangs_is_stopped_and_no_other_rule_held_up(
    store_uri: str, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive(store_uri) as (store, settings):
        deviations().write(store, settings)
        assert said(run(store, settings, read_rules(), of="all")) == {}
        without = fired(store)
        assert without.pop("two-regions") and without.pop("own-case")
        hangs(monkeypatch, "audit/same_benefit", "audit/own_cases")
        begun = time.monotonic()
        report = run(store, settings, read_rules(own), of="all")
        assert time.monotonic() - begun < 120
        late = f"it took longer than {SECONDS} seconds"
        assert said(report) == {
            "two-regions": (late, str(own), 2, "rules.two-regions.seconds"),
            "own-case": (late, str(own), 5, "rules.own-case.seconds"),
        }
        assert all(SECONDS <= one.seconds < 3 * SECONDS for one in report.rules if one.failed)
        seen = runs(store)[0].looked_at["two-regions"]
        assert seen.failed == late
        assert why_failed(Texts("zh"), seen) == "超出规定用时，未完成"
        assert why_failed(Texts("en"), seen.model_copy(update={"too_long": False})) == late
        # What it had found is gone, since nobody knows whether it still is so; all else is found as before.
        assert fired(store) == without


def test_a_statement_that_hangs_while_pages_are_read_ahead_is_stopped(
    store_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later page of cases hangs, while the rules look at the one before."""
    own = tmp_path / "mine.yaml"
    own.write_text(f"rules:\n  own-case: {{seconds: {SECONDS}}}\n", encoding="utf-8")
    with archive(store_uri) as (store, settings):
        deviations().write(store, settings)
        run(store, settings, read_rules(), of="all")
        without = fired(store)
        del without["own-case"]
        monkeypatch.setattr("graph.audit.run.id_pages", _pages_of(5))
        hangs(monkeypatch, "audit/own_cases", from_=3)
        begun = time.monotonic()
        report = run(store, settings, read_rules(own), of="all")
        assert time.monotonic() - begun < 120
        assert set(said(report)) == {"own-case"}
        assert fired(store) == without


def _pages_of(size: int) -> Callable[..., Iterator[list[str]]]:
    return lambda store, name, *_: id_pages(store, name, size)


def test_an_evaluation_is_stopped_between_two_cases(
    duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    def slowly(under: CaseUnder) -> list[Finding]:
        looked_at.append(under.case.id)
        time.sleep(0.2)
        return evaluate(under)

    path = tmp_path / "mine.yaml"
    path.write_text("base: none\nrules:\n  standard-limit: {seconds: 1}\n  no-actor: {}\n", encoding="utf-8")
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, write_faulty(tmp_path / "standards"))
        for number in range(1, 31):
            write_case(store, settings, number, "03")
        rebuild(store, settings)
        monkeypatch.setattr("graph.conformance.evaluate", slowly)
        report = run(store, settings, read_rules(path), of="all")
        expected = ("it took longer than 1 seconds", str(path), 3, "rules.standard-limit.seconds")
        assert said(report) == {"standard-limit": expected}
        assert 1 <= len(looked_at) < 10
        assert [one.checked for one in report.rules if one.rule == "no-actor"] == [120]


def test_a_rule_without_a_limit_of_its_own_stands_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("rules:\n  late-cards:\n    like: late\n", encoding="utf-8")
    places = read_rules(path).places
    assert places["late-cards"] == (str(path), 2, "rules.late-cards")
    assert places["late"][0].endswith("late.yaml") and places["late"][1] == 1


def test_the_least_of_two_limits_holds_also_in_other_threads() -> None:
    assert time_left() is None
    with within(60):
        with within(600):
            assert 0 < (time_left() or 0) <= 60
        limits = together([time_left, time_left, time_left])
        assert all(left is not None and left <= 60 for left in limits)
        with within(0), pytest.raises(TookTooLong):
            next(in_time([1]))
        assert list(in_time([1, 2])) == [1, 2]
    assert time_left() is None


def test_what_had_not_begun_when_it_was_interrupted_is_interrupted_again() -> None:
    calls: list[float] = []
    enough = threading.Event()

    def interrupt() -> None:
        calls.append(time.monotonic())
        if len(calls) == 3:
            enough.set()

    with within(0.05), interrupted_in_time(interrupt):
        assert enough.wait(10)
    done = len(calls)
    time.sleep(0.3)
    assert len(calls) == done


@pytest.mark.parametrize("seconds", [0.000001, 0.05])
def test_a_store_answers_again_after_a_statement_was_stopped(
    store_uri: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {"roles": [""], "load": 1, "cases": None}
    with archive(store_uri) as (store, settings):
        deviations().write(store, settings)
        hangs(monkeypatch, "audit/same_benefit")
        for _ in range(3):
            with within(seconds), pytest.raises(TookTooLong):
                store.read("audit/same_benefit", **asked)
            assert store.read("clock/last_done")
        with within(30):
            assert store.read("clock/last_done")
