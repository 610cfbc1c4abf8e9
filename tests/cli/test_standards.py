"""`dossier standards load`: what comes with the program, another folder, and a folder that is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.standards import app
from etl.guide_tables import ITEM_COLUMNS, STEP_COLUMNS
from etl.standards_source import COMES_WITH, read_standards
from graph.errors import InvalidStandard, UnreadableInput
from tests.graph.conformance_cases import write_standards


def test_the_standards_that_come_with_the_program_load(duckdb_uri: str, tmp_path: Path) -> None:
    standards = read_standards(COMES_WITH)
    count = len(standards.types.types) + len(standards.items)
    runner = CliRunner()
    first = runner.invoke(app, ["load", "--store", duckdb_uri, "--json"])
    assert first.exit_code == 0, first.output
    report = json.loads(first.stdout)
    assert (report["rows_in"], report["loaded"], report["system"]) == (count, count, "standards")
    again = runner.invoke(app, ["load", str(COMES_WITH), "--store", duckdb_uri])
    assert again.exit_code == 0 and "standards" in again.output
    wrong = runner.invoke(app, ["load", str(tmp_path), "--store", duckdb_uri])
    assert isinstance(wrong.exception, UnreadableInput)


def test_the_folder_may_be_a_setting(duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSSIER_STANDARDS", str(tmp_path / "nowhere"))
    failed = CliRunner().invoke(app, ["load", "--store", duckdb_uri])
    assert "nowhere holds no standards" in str(failed.exception)


def test_tables_are_drafted_with_warnings_and_errors_end_with_1(tmp_path: Path) -> None:
    items, steps = tmp_path / "items.csv", tmp_path / "steps.csv"
    items.write_text(",".join(ITEM_COLUMNS) + "\n新事项,新证明,true,,u,新证明,某地,说不清\n", encoding="utf-8")
    steps.write_text(",".join(STEP_COLUMNS) + "\n新事项,某地,1,受理,窗口,,u\n", encoding="utf-8")
    runner, out = CliRunner(), tmp_path / "out"
    done = runner.invoke(app, ["import", str(items), str(steps), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "unsettled: items.csv, 2, '说不清' is no limit that can be read; left out" in done.stdout.splitlines()
    checked = runner.invoke(app, ["check", str(out), "--json"])
    assert checked.exit_code == 0 and json.loads(checked.stdout)["versions"] == 1
    again = runner.invoke(app, ["import", str(items), str(steps), "--out", str(out)])
    assert isinstance(again.exception, InvalidStandard) and again.exception.exit_code == 1
    assert json.loads(runner.invoke(app, ["schema", "--types"]).stdout)["title"] == "MaterialTypes"


def test_versions_are_listed_shown_and_compared(duckdb_uri: str, tmp_path: Path) -> None:
    folder, runner = write_standards(tmp_path / "standards"), CliRunner()
    old, new = "subsidy@2020-01-01", "subsidy@2024-05-01"
    for words, said in (
        (["load", str(folder)], "standards"),
        (["list"], "subsidy"),
        (["show", old], "limit_days: 5"),
        (["compare", old, new], "limit_days"),
    ):
        done = runner.invoke(app, [*words, "--store", duckdb_uri], env={"COLUMNS": "200"})
        assert done.exit_code == 0 and said in done.stdout, done.output
    told = runner.invoke(app, ["compare", old, new, "--store", duckdb_uri, "--json"])
    assert [one["fields"] for one in json.loads(told.stdout)["changes"]] == [
        [{"field": "limit_days", "before": 5, "after": 1}]
    ]
