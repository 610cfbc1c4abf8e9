"""Conformance of a case in a store, on both engines: the version in force, types by decision, and what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.standards_load import load_standards
from graph import clock
from graph.conformance import Conformance, conformance, conformance_of_all
from graph.errors import NotFound
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import WorkingDays
from tests.archives import archive
from tests.graph.conformance_cases import STANDARD, write_case, write_standards


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_standards(tmp_path / "standards")


def said(answer: Conformance) -> list[tuple[str, str, str, str, str | None]]:
    return [
        (stage.stage, f.part, f.rule, f.outcome, f.step or f.type_id or f.field)
        for stage in answer.stages
        for f in stage.findings
    ]


def test_a_case_is_judged_by_the_version_in_force_at_its_acceptance(store_uri: str, folder: Path) -> None:
    with archive(store_uri) as (store, settings):
        load_standards(store, settings, folder)
        write_case(store, settings, 1, "03")
        write_case(store, settings, 2, "06")
        write_case(store, settings, 3, "06", item="无此事项")
        rebuild(store, settings)
        answers = {n: conformance(store, LOCAL_OPERATOR, f"hall:{n}", WorkingDays()) for n in (1, 2, 3)}
        assert (answers[1].version_id, answers[1].conforms, said(answers[1])) == ("subsidy@2020-01-01", True, [])
        assert (answers[2].version_id, answers[2].conforms) == ("subsidy@2024-05-01", False)
        assert said(answers[2]) == [("review", "review", "limit", "fault", "审核")]
        assert said(answers[3]) == [("acceptance", "review", "standard", "not decidable", None)]
        assert [s.reached for s in answers[1].stages] == [True, True, True, False, True]
        _all(store)
        _changed(store, settings, folder)


def _all(store: Store) -> None:
    summary = conformance_of_all(store, LOCAL_OPERATOR, WorkingDays())
    assert (summary.cases, summary.conforming, summary.faulty, summary.not_decidable) == (3, 1, 1, 1)
    assert [(r.part, r.rule, r.outcome, r.findings, r.cases) for r in summary.rules] == [
        ("review", "limit", "fault", 1, 1),
        ("review", "standard", "not decidable", 1, 1),
    ]
    with pytest.raises(NotFound, match="no case"):
        conformance(store, LOCAL_OPERATOR, "hall:9", WorkingDays())


def _changed(store: Store, settings: Settings, folder: Path) -> None:
    """Each part of the file in force is changed and loaded again; what was known before stays as it was."""
    text = STANDARD.replace("{field: name,", "{field: employer,").replace("form: copy", "form: original")
    text = text.replace("role: 领导,", "role: 领导, not_by_same_as: [审核],").replace("50年", "永久")
    (folder / "items" / "a.yaml").write_text(text, encoding="utf-8")
    before = load_standards(store, settings, folder).load - 1
    moment = next(one.committed_at for one in clock.loads(store) if one.number == before)
    now = said(conformance(store, LOCAL_OPERATOR, "hall:1", WorkingDays()))
    assert now == [
        ("acceptance", "registration", "field", "fault", "employer"),
        ("acceptance", "materials", "form", "fault", "id-card"),
        ("approval", "review", "same person", "fault", "审批"),
        ("completion", "archive", "retention", "fault", "id-card"),
    ]
    then = conformance(store, LOCAL_OPERATOR, "hall:1", WorkingDays(), moment)
    assert said(then) == []
    assert not re.search("张三", then.model_dump_json())


def test_a_standard_without_limit_and_archive_is_one(duckdb_uri: str, folder: Path) -> None:
    text = re.sub("limit: {.*}", "limit: null", re.sub("archive: {.*}", "archive: null", STANDARD))
    (folder / "items" / "a.yaml").write_text(text, encoding="utf-8")
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, folder)
        write_case(store, settings, 1, "03")
        rebuild(store, settings)
        answer = conformance(store, LOCAL_OPERATOR, "hall:1", WorkingDays())
        assert said(answer) == [("completion", "archive", "class", "not decidable", None)]
