"""`dossier standards load`: what comes with the program, another folder, and a folder that is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.standards import app
from etl.standards_source import COMES_WITH, read_standards
from graph.errors import UnreadableInput


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
