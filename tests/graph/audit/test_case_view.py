"""One case as an auditor looks at it, on both engines: findings, path, times and neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.rules_source import read_rules
from etl.standards_load import load_standards
from graph.audit.case_view import CaseView, case_view
from graph.audit.run import Scope, audit
from graph.errors import NotFound
from graph.rebuild import rebuild
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays
from tests.archives import archive
from tests.graph.audit.deviations import Graph, usual
from tests.graph.conformance_cases import write_case, write_standards
from tests.graphs import link


def neighbours(view: CaseView) -> dict[tuple[str, str], tuple[int, list[str]]]:
    return {(of.kind, of.id): (of.cases, [one.id for one in of.nearest]) for of in view.neighbours}


def test_findings_stand_at_their_events_and_neighbours_nearest_first(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        graph = Graph()
        a, b, c, d = usual("2024-03-05")
        graph.case("one", a, b, (c[0], c[1], None), d)
        for day in ("01", "04", "09"):
            graph.case(
                f"of-{day}", *((step, f"2024-03-{day}T{at[11:]}", f"{who}{day}") for step, at, who in (a, b, c, d))
            )
            graph.links["APPLIED"].append(link(graph.record("Person", "p"), f"Case x:of-{day}", role="applicant"))
        graph.links["APPLIED"].append(link("Person p", "Case x:one", role="applicant"))
        graph.case("same actor", *usual("2024-03-20"))
        form = graph.record("Material", "m", title="申请表")
        graph.links["RECEIVED"].append(link("Event x:one-1", form))
        graph.links["USED"].append(link("Event x:of-01-2", form))
        graph.write(store, settings)
        before = case_view(store, LOCAL_OPERATOR, "one", WorkingDays())
        assert (before.audit, before.version_id, before.expected) == (None, None, [])
        audit(store, settings, LOCAL_OPERATOR, read_rules(), Scope(of="all"))
        view = case_view(store, LOCAL_OPERATOR, "x:one", WorkingDays(), limit=2)
        assert [[one.rule for one in step.findings] for step in view.taken] == [[], [], ["no-actor"], []]
        assert view.of_case == [] and view.audit is not None
        assert [step.waiting for step in view.taken] == [None, 3600.0, 3600.0, 3600.0]
        assert {step.working for step in view.taken} == {None}
        assert neighbours(view) == {
            ("applicant", "p"): (3, ["x:of-04", "x:of-01"]),
            ("material", "m"): (1, ["x:of-01"]),
            **{("actor", f"x:{who}"): (1, ["x:same actor"]) for who in ("受理", "审核", "办结")},
        }
        with pytest.raises(NotFound):
            case_view(store, LOCAL_OPERATOR, "none", WorkingDays())


def test_work_is_what_lies_between_start_and_complete(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        graph.case("one")
        said = (
            ("受理", "complete", "09:00"),
            ("审核", "start", "10:00"),
            ("审核", "complete", "10:30"),
            ("审批", "complete", "11:00"),
        )
        for place, (step, lifecycle, at) in enumerate(said):
            graph.event(f"e{place}", "Case x:one", step, f"2024-03-05T{at}:00", "甲", seq=place, lifecycle=lifecycle)
        graph.write(store, settings)
        taken = case_view(store, LOCAL_OPERATOR, "x:one", WorkingDays()).taken
        assert [(one.waiting, one.working) for one in taken] == [
            (None, None), (3600.0, None), (0.0, 1800.0), (1800.0, None),
        ]  # fmt: skip


def test_the_path_of_the_standard_stands_beside_the_one_taken(duckdb_uri: str, tmp_path: Path) -> None:
    with archive(duckdb_uri) as (store, settings):
        folder = write_standards(tmp_path / "standards")
        file = folder / "items" / "a.yaml"
        text = file.read_text(encoding="utf-8")
        more = "  - {activity: 公示, stage: review, role: 科室, source: guide}\n  - {activity: 审批,"
        file.write_text(text.replace("  - {activity: 审批,", more), encoding="utf-8")
        load_standards(store, settings, folder)
        write_case(store, settings, 1, "03")
        rebuild(store, settings)
        view = case_view(store, LOCAL_OPERATOR, "hall:1", WorkingDays())
        assert view.version_id == "subsidy@2020-01-01"
        assert [(one.activity, one.required, one.places) for one in view.expected] == [
            ("受理", True, [1]), ("审核", True, [2]), ("公示", True, []), ("审批", True, [3]), ("办结", True, [4]),
        ]  # fmt: skip
        assert [one.expected for one in view.taken] == ["受理", "审核", "审批", "办结"]
