"""`dossier audit`: which rules failed, where they stand, and why it looked at everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.archives import archive
from tests.graph.audit.deviations import Graph, usual

OWN = "rules:\n  slow:\n    like: no-actor\n    seconds: 1.0e-9\n"


def test_what_failed_and_why_everything_was_looked_at_is_said(
    duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive(duckdb_uri) as (store, settings):
        graph = Graph()
        graph.case("one", *usual("2024-03-05"))
        graph.write(store, settings)
    own, days = tmp_path / "own.yaml", tmp_path / "days.yaml"
    own.write_text(OWN, encoding="utf-8")
    days.write_text("years: {2031: {holidays: [2031-01-01], workdays: [], source: x}}\n", encoding="utf-8")

    def audited(*words: str | Path) -> str:
        done = CliRunner().invoke(app, ["audit", *map(str, words), "--store", duckdb_uri])
        assert done.exit_code == 0, done.output
        return done.output

    assert "Everything was looked at: nothing was audited as a whole before." in audited()
    assert "Everything" not in audited() and "Everything" not in audited("--all")
    failing = audited("--rules", own)
    said = f"Failed: slow: {own}, line 4: rules.slow.seconds: it took longer than 1e-09 seconds."
    assert said in failing and "Everything was looked at: the last audit ran other rules." in failing
    assert "Everything was looked at: a rule failed in the last audit." in audited("--rules", own)
    assert "the last audit ran other rules" in audited()
    monkeypatch.setenv("DOSSIER_WORKING_DAYS", str(days))
    assert "the last audit knew other working days (DOSSIER_WORKING_DAYS)" in audited()
    assert "0 cases looked at" in audited()
