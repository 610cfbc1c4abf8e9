"""The commands about the ledger, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.archives import archive, load, log

ROWS = ("1,open,2024-01-02 10:00:00,a,u,r,web,x", "1,close,2024-01-03 10:00:00,b,u,r,web,y")


@pytest.fixture
def store(tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An archive with a ledger beside it."""
    monkeypatch.setenv("DOSSIER_LEDGER", "")
    with archive(duckdb_uri) as (opened, settings):
        load(opened, settings, log(tmp_path, "log.csv", *ROWS), system="s")
    return duckdb_uri


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def run_json(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, (result.output, result.exception)
    return json.loads(result.stdout)


def test_the_ledger_is_shown_and_verified(store: str) -> None:
    shown = run_json("ledger", "--store", store)
    assert (shown["kept"], shown["sealed_upto"], shown["pending"], shown["unsealed"]) == (True, 1, [], [])
    verified = run_json("verify", "--store", store)
    assert (verified["found"], verified["entries"]) == ([], shown["size"])
    assert run_json("verify", "--store", store, "--case", "s:1")["found"] == []


def test_alterations_end_with_1_and_name_the_record(store: str) -> None:
    with archive(store) as (opened, _):
        opened.cursor().execute("UPDATE \"Event\" SET activity = 'x' WHERE activity = 'close'")  # type: ignore[attr-defined]
    for options in ((), ("--case", "1")):
        (found,) = run_json("verify", "--store", store, *options, code=1)["found"]
        assert (found["kind"], found["label"], found["parts"]) == ("altered", "Event", ["what"])
    run("case", "1", "--store", store, "--proved", code=1)


def test_an_exported_checkpoint_finds_a_ledger_that_was_made_anew(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ledger", "export", "--store", store, "--to", str(tmp_path))
    (kept,) = tmp_path.glob("*.checkpoint")
    assert run_json("verify", "--store", store, "--checkpoint", str(kept))["notes"] == []
    run("verify", "--store", store, "--checkpoint", str(tmp_path / "log.csv"), code=2)
    run("verify", "--store", store, "--checkpoint", str(tmp_path / "none"), code=2)
    monkeypatch.setenv("DOSSIER_LEDGER", str(tmp_path / "elsewhere"))
    run("verify", "--store", store, code=3)


def test_a_record_is_proved(store: str) -> None:
    proof = run_json("ledger", "prove", "Case:s:1", "--store", store)
    assert (proof["label"], proof["id"], proof["proved"], len(proof["entries"])) == ("Case", "s:1", True, 1)
    run("ledger", "prove", "Case:none", "--store", store, code=2)
    chain = run_json("case", "1", "--proved", "--store", store)
    assert chain["evidence"]["state"] == "proved"


def test_the_ledger_only_grows_also_under_a_new_key(store: str, tmp_path: Path) -> None:
    before = run_json("ledger", "--store", store)
    run("ledger", "rotate", "--store", store)
    with archive(store) as (opened, settings):
        load(opened, settings, log(tmp_path, "more.csv", "2,open,2024-01-02 10:00:00,a,u,r,web,x"), system="s")
    after = run_json("ledger", "--store", store)
    assert (after["keys"][0], len(after["keys"])) == (before["keys"][0], 2)
    proof = run_json("ledger", "consistency", str(before["size"]), "--store", store)
    assert (proof["old"], proof["new"]) == (before["size"], after["size"])
    assert run_json("verify", "--store", store)["found"] == []


def test_a_ledger_can_be_made_for_what_is_there(
    tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSSIER_LEDGER", "none")
    with archive(duckdb_uri) as (opened, settings):
        load(opened, settings, log(tmp_path, "log.csv", *ROWS), system="s")
    assert run_json("ledger", "--store", duckdb_uri)["kept"] is False
    run("verify", "--store", duckdb_uri, code=2)
    monkeypatch.setenv("DOSSIER_LEDGER", "")
    run("verify", "--store", duckdb_uri, code=3)
    made = run_json("ledger", "init", "--store", duckdb_uri)
    assert made["sealed_upto"] == 2
    run("ledger", "init", "--store", duckdb_uri, code=2)
    assert run_json("verify", "--store", duckdb_uri)["found"] == []
