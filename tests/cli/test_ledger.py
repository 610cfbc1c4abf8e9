"""The commands about the ledger, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.archives import archive, load, log
from tests.cli.commands import Dossier

ROWS = ("1,open,2024-01-02 10:00:00,a,u,r,web,x", "1,close,2024-01-03 10:00:00,b,u,r,web,y")


@pytest.fixture
def store(tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An archive with a ledger beside it."""
    monkeypatch.setenv("DOSSIER_LEDGER", "")
    with archive(duckdb_uri) as (opened, settings):
        load(opened, settings, log(tmp_path, "log.csv", *ROWS), system="s")
    return duckdb_uri


class Command:
    """The command on the store of a test; ends as expected, or the test fails."""

    def __init__(self, dossier: Dossier, folder: Path) -> None:
        self._dossier = dossier
        self._folder = folder

    def __call__(self, *words: str, store: str, code: int = 0) -> str:
        ended = self._dossier(*words, store=store, cwd=self._folder)
        assert ended.returncode == code, (ended.stdout, ended.stderr)
        return ended.stdout

    def json(self, *words: str, store: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", store=store, code=code))


@pytest.fixture
def run(dossier: Dossier, tmp_path: Path) -> Command:
    return Command(dossier, tmp_path)


def test_the_first_load_says_that_it_made_a_ledger(
    run: Command, tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSSIER_LEDGER", "")
    words = ("load", str(log(tmp_path, "log.csv", *ROWS)))
    (first,), (again,) = (run.json(*words, store=duckdb_uri) for _ in range(2))
    assert [f"A ledger was made in {tmp_path}" in text for text in first["remarks"]] == [True]
    assert again["remarks"] == []


def test_the_ledger_is_shown_and_verified(run: Command, store: str) -> None:
    shown = run.json("ledger", store=store)
    assert (shown["kept"], shown["sealed_upto"], shown["pending"], shown["unsealed"]) == (True, 1, [], [])
    verified = run.json("verify", store=store)
    assert (verified["found"], verified["entries"]) == ([], shown["size"])
    assert run.json("verify", "--case", "s:1", store=store)["found"] == []


def test_alterations_end_with_1_and_name_the_record(run: Command, store: str) -> None:
    with archive(store) as (opened, _):
        opened.cursor().execute("UPDATE \"Event\" SET activity = 'x' WHERE activity = 'close'")  # type: ignore[attr-defined]
    for options in ((), ("--case", "1")):
        (found,) = run.json("verify", *options, store=store, code=1)["found"]
        assert (found["kind"], found["label"], found["parts"]) == ("altered", "Event", ["what"])
    run("case", "1", "--proved", store=store, code=1)


def test_an_exported_checkpoint_finds_a_ledger_that_was_made_anew(
    run: Command, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ledger", "export", "--to", str(tmp_path), store=store)
    (kept,) = tmp_path.glob("*.checkpoint")
    assert run.json("verify", "--checkpoint", str(kept), store=store)["notes"] == []
    run("verify", "--checkpoint", str(tmp_path / "log.csv"), store=store, code=2)
    run("verify", "--checkpoint", str(tmp_path / "none"), store=store, code=2)
    monkeypatch.setenv("DOSSIER_LEDGER", str(tmp_path / "elsewhere"))
    run("verify", store=store, code=3)


def test_a_record_is_proved(run: Command, store: str) -> None:
    proof = run.json("ledger", "prove", "Case:s:1", store=store)
    assert (proof["label"], proof["id"], proof["proved"], len(proof["entries"])) == ("Case", "s:1", True, 1)
    run("ledger", "prove", "Case:none", store=store, code=2)
    chain = run.json("case", "1", "--proved", store=store)
    assert chain["evidence"]["state"] == "proved"


def test_the_ledger_only_grows_also_under_a_new_key(run: Command, store: str, tmp_path: Path) -> None:
    before = run.json("ledger", store=store)
    run("ledger", "rotate", store=store)
    with archive(store) as (opened, settings):
        load(opened, settings, log(tmp_path, "more.csv", "2,open,2024-01-02 10:00:00,a,u,r,web,x"), system="s")
    after = run.json("ledger", store=store)
    assert (after["keys"][0], len(after["keys"])) == (before["keys"][0], 2)
    proof = run.json("ledger", "consistency", str(before["size"]), store=store)
    assert (proof["old"], proof["new"]) == (before["size"], after["size"])
    assert run.json("verify", store=store)["found"] == []


def test_a_ledger_can_be_made_for_what_is_there(
    run: Command, tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSSIER_LEDGER", "none")
    with archive(duckdb_uri) as (opened, settings):
        load(opened, settings, log(tmp_path, "log.csv", *ROWS), system="s")
    assert run.json("ledger", store=duckdb_uri)["kept"] is False
    run("verify", store=duckdb_uri, code=2)
    monkeypatch.setenv("DOSSIER_LEDGER", "")
    run("verify", store=duckdb_uri, code=3)
    made = run.json("ledger", "init", store=duckdb_uri)
    assert made["sealed_upto"] == 2
    run("ledger", "init", store=duckdb_uri, code=2)
    assert run.json("verify", store=duckdb_uri)["found"] == []
