"""`dossier check`: one case, all of them, and calls that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import printing
from cli.main import app
from etl.standards_load import load_standards
from graph.errors import UsageError
from graph.rebuild import rebuild
from tests.archives import archive
from tests.graph.conformance_cases import write_case, write_standards

LATE = "'审核': it took too long: 3 working days instead of 1"


def test_one_case_all_cases_and_neither(duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The console of the process takes its width when it is made.
    monkeypatch.setattr(printing.out, "_width", 300)
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        write_case(store, settings, 1, "03")
        write_case(store, settings, 2, "06")
        rebuild(store, settings)
    runner = CliRunner()
    shown = runner.invoke(app, ["check", "--case", "2", "--store", duckdb_uri])
    assert shown.exit_code == 0 and "It does not conform. 1 faults" in shown.output, shown.output
    one = json.loads(runner.invoke(app, ["check", "--case", "1", "--store", duckdb_uri, "--json"]).stdout)
    assert (one["id"], one["conforms"]) == ("hall:1", True)
    every = json.loads(runner.invoke(app, ["check", "--all", "--store", duckdb_uri, "--json"]).stdout)
    assert (every["cases"], every["conforming"], every["faulty"]) == (2, 1, 1)
    assert "2 cases: 1 conform" in runner.invoke(app, ["check", "--all", "--store", duckdb_uri]).output
    assert isinstance(runner.invoke(app, ["check", "--store", duckdb_uri]).exception, UsageError)
    late = next(f for stage in faults(runner, duckdb_uri) for f in stage["findings"] if f["outcome"] == "fault")
    assert (late["text"]["en"], late["text"]["zh"]) == (LATE, "“审核”超过时限：用了 3 个工作日，时限 1 个")
    assert LATE in shown.output and "Say why it was late." in shown.output
    assert runner.invoke(app, ["audit", "--store", duckdb_uri]).exit_code == 0
    listed = json.loads(runner.invoke(app, ["findings", "--store", duckdb_uri, "--json"]).stdout)["items"]
    (id_,) = (one["id"] for one in listed if one["rule"] == "standard-limit")
    found = runner.invoke(app, ["finding", id_, "--store", duckdb_uri]).output
    assert f"Beyond its limit: {LATE}." in found and "too_long" not in found


def faults(runner: CliRunner, store: str) -> list[dict[str, Any]]:
    """The stages of the case that is late."""
    answer = json.loads(runner.invoke(app, ["check", "--case", "2", "--store", store, "--json"]).stdout)
    stages: list[dict[str, Any]] = answer["stages"]
    return stages
