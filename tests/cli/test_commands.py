"""The command line: answers as data, and its exit codes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.commands import Dossier

EXAMPLES = Path(__file__).parents[1] / "examples"
RUN = (sys.executable, "-c", "from cli.start import main; main()")


def test_the_readme_example_answers(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    def run(*words: str | Path) -> object:
        done = dossier(*words, "--json", store=duckdb_uri, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    report = run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")
    assert [(r["rows_in"], r["loaded"], r["quarantined"]) for r in report] == [(5, 5, 0)]
    held = run("status")
    assert (held["nodes"]["Case"], held["nodes"]["Event"], held["relationships"]["NEXT"]) == (2, 5, 3)
    listed = run("cases", "--status", "closed")
    assert [row["id"] for row in listed["items"]] == ["hall:A-2024-001"]
    answer = run("case", "A-2024-001")
    assert [e["stage"] for e in answer["events"]] == ["acceptance", "review", "completion"]
    assert answer["events"][0]["at"] == "2024-06-03T09:12:30+08:00"
    assert answer["events"][0]["source"] == {"load": 1, "file": "hall.csv", "system": "hall", "row": 2}
    assert run("case", "A-2024-002")["missing"] == {"actor": 1}
    assert run("rebuild") == {"cases": 2}
    assert [row["state"] for row in run("loads")] == ["done", "done"]
    assert run("schema")["version"] == 3


def test_nothing_was_known_before_the_first_load(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    dossier("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml", store=duckdb_uri, cwd=tmp_path)
    done = dossier("case", "A-2024-001", "--as-known-at", "2024-06-30", store=duckdb_uri, cwd=tmp_path)
    assert (done.returncode, "Nothing was known" in done.stderr) == (2, True)


def test_a_dry_run_writes_nothing(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    words = ("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml", "--dry-run")
    assert dossier(*words, store=duckdb_uri, cwd=tmp_path).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_row_that_is_set_aside_ends_with_1(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case:concept:name,concept:name,time:timestamp\nA,a,2024-01-01\nA,b,soon\n")
    done = dossier("load", path, store=duckdb_uri, cwd=tmp_path)
    assert done.returncode == 1
    assert "soon" in (tmp_path / "log.quarantine.csv").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("case", "x"), 2, "The archive is empty"),
        (("load", "absent.csv"), 2, "absent.csv"),
        (("cases", "--from", "yesterday"), 2, "no instant"),
        (("cases", "--cursor", "???"), 2, "no cursor"),
        (("loads", "abandon", "7"), 2, "no open load 7"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_wrong_calls_end_with_2_and_say_what_is_wrong(
    words: tuple[str, ...], code: int, said: str, duckdb_uri: str, tmp_path: Path, dossier: Dossier
) -> None:
    done = dossier(*words, store=duckdb_uri, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "store", ["bolt://localhost:1", "duckdb:////nowhere/at/all/archive.duckdb"], ids=["no Neo4j", "no folder"]
)
def test_a_store_that_cannot_be_reached_ends_with_3(store: str, tmp_path: Path, dossier: Dossier) -> None:
    done = dossier("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml", store=store, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr


def test_a_held_store_names_its_holder(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    with duckdb.connect(str(tmp_path / "archive.duckdb")):
        done = dossier("status", store=duckdb_uri, cwd=tmp_path)
    assert done.returncode == 3
    assert f"process {os.getpid()}" in done.stderr.replace("\n", " ")
    assert "Wait until it is done, or stop it." in done.stderr


def test_decisions_are_made_listed_and_reversed(duckdb_uri: str, tmp_path: Path, dossier: Dossier) -> None:
    def run(*words: str | Path) -> Any:
        done = dossier(*words, "--json", store=duckdb_uri, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    run("load", EXAMPLES / "hall.csv", "--mapping", EXAMPLES / "hall.yaml")
    event = run("case", "A-2024-001")["events"][0]["id"]
    accepted = run("decide", "accept", "r:1", "--until", "2027-01-31", "--why", "known", "--who", "W")
    assert accepted["decision"]["what"] == {"before": None, "until": "2027-01-31"}
    run("decide", "reverse", accepted["decision"]["id"], "--why", "wrong")
    erased = run("decide", "erase", "--label", "Event", "--id", event, "--why", "order 12")
    assert (erased["files_deleted"], erased["files_by_hand"]) == ([], [])
    assert run("case", "A-2024-001")["events"][-1]["erased"] == erased["decision"]["id"]
    listed = run("decisions")["items"]
    assert [(row["kind"], row["load"]) for row in listed] == [
        ("erasure", 4),
        ("reversal", 3),
        ("finding accepted", 2),
    ]
    assert [row["id"] for row in run("decisions", "--about", event)["items"]] == [erased["decision"]["id"]]
    said = dossier("decide", "class", "m", "--why", "x", store=duckdb_uri, cwd=tmp_path)
    assert (said.returncode, "Give --type ID, --none" in said.stderr) == (2, True)
    said = dossier("decide", "match", "p", "q", "--why", "x", store=duckdb_uri, cwd=tmp_path)
    assert (said.returncode, "no such person" in said.stderr) == (2, True)
