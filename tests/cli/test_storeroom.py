"""The commands of filing and of the storerooms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from etl.standards_load import load_standards
from graph.errors import UsageError
from tests.archives import archive, load
from tests.graph.filing.houses import LOG, log_of, write_house, write_standards

VOLUME = "A001-ZY·1·2024·D50-0001"


def test_filing_places_and_what_is_left(duckdb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive(duckdb_uri) as (store, settings):
        load_standards(store, settings, write_standards(tmp_path / "standards"))
        load(store, settings, log_of(tmp_path, "a.csv", ("1", "03", "paper;electronic")), **LOG)
        load(store, settings, log_of(tmp_path, "b.csv", ("2", "03", "paper;"), item="无此事项"), **LOG)

    def run(*words: str) -> str:
        ended = CliRunner().invoke(app, [*words, "--store", duckdb_uri])
        assert ended.exit_code == 0, ended.exception
        return ended.stdout

    def answer(*words: str) -> Any:
        return json.loads(run(*words, "--json"))

    assert isinstance(CliRunner().invoke(app, ["file", "--store", duckdb_uri]).exception, UsageError)
    monkeypatch.setenv("DOSSIER_ARRANGEMENT", str(write_house(tmp_path)))
    assert "Load 4: 2 records in 1 volumes (1 new), 2 boxes (2 new)" in run("file", "--case", "hall:1")
    assert answer("file")["waiting"] == [{"reason": "no standard", "count": 2}]
    assert [one["id"] for one in answer("file", "--list")["items"]] == ["hall:K2a", "hall:K2b"]
    assert "Nothing was to be filed" in run("arrange")
    assert [room["code"] for room in answer("storeroom")["rooms"]] == ["R1", "V1"]
    assert answer("storeroom", "--room", "R1")["boxes"][0]["thickness"] == 3.0
    (found,) = answer("storeroom", "--find", f"{VOLUME}-001")["items"]
    assert (found["id"], found["shelf"]) == ("hall:K1a", "R1-001")
    run("decide", "move", "--label", "Box", found["box"], "--to", "R1-002", "--why", "移架")
    assert answer("storeroom", "--find", "hall:K1a")["items"][0]["shelf"] == "R1-002"
    assert answer("reconcile")["totals"]["no_copy"] == 2
    assert {one["id"] for one in answer("reconcile", "--kind", "no_copy")["items"]} == {"hall:K1a", "hall:K2a"}
    assert answer("retention")["due"] == [
        {"year": 2075, "scheme_class": "业务档案 1", "retention": "50年", "records": 2}
    ]
    assert len(answer("retention", "--year", "2075")["items"]) == 2
    assert answer("readiness")["records"] == 4
    assert "2075" in run("retention") and "R1" in run("storeroom")
    for name in ("a.pdf", "a.xlsx"):
        run("inventory", VOLUME, "--out", str(tmp_path / name))
        run("labels", "--room", "R1", "--out", str(tmp_path / f"l{name}"))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF") and (tmp_path / "la.xlsx").stat().st_size > 1000
    wrong = ["inventory", VOLUME, "--out", "a.txt", "--store", duckdb_uri]
    assert isinstance(CliRunner().invoke(app, wrong).exception, UsageError)
