"""A sealed load that is killed, or runs into a full disk: nothing that was reported loaded is lost or unproved."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph.clock import loads
from graph.errors import LedgerMissing
from graph.evidence.verification import Verification, verify
from graph.ledger import files
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests import neo4j_server
from tests.archives import HEADER, archive, load

ROOT = Path(__file__).parents[3]
# So many moments for each engine; `DOSSIER_KILLS=50` takes some minutes more.
KILLS = int(os.environ.get("DOSSIER_KILLS", "10"))
EVENTS = 600
LOADING = """
import json, resource, sys
from pathlib import Path
from etl.load import LoadRequest, load_file
from etl.mapping import Mapping
from tests.archives import archive

def begin(step, *_):
    global begun
    if step == "writing" and not begun:
        begun = True
        print("writing", flush=True)

begun = False
uri, ledger, most = sys.argv[1:4]
with archive(uri, ledger=ledger) as (store, settings):
    if int(most):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
    for name in sys.argv[4:]:
        report = load_file(store, settings, LoadRequest(Path(name), Mapping(), "test", "s"), begin)
        print(json.dumps([report.load, report.loaded]), flush=True)
"""


def write_logs(folder: Path, count: int) -> Iterator[Path]:
    """Logs of other events each, so many to a case that each load touches cases of the one before."""
    for place in range(count):
        path = folder / f"log-{place}.csv"
        rows = [
            f"{n // 7 + 20 * place},open,2024-01-{1 + n % 27:02d} 10:{place:02d}:{n % 60:02d},a{n % 9},u,r,web,{n}"
            for n in range(EVENTS)
        ]
        path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
        yield path


def started(uri: str, ledger: Path, *logs: Path, most: int = 0) -> subprocess.Popen[str]:
    """A process that loads logs one after the other and tells of each that is loaded."""
    command = [sys.executable, "-c", LOADING, uri, str(ledger), str(most), *map(str, logs)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def told(process: subprocess.Popen[str]) -> list[list[int]]:
    """The loads that a process has reported, once it has ended."""
    said, _ = process.communicate()
    return [json.loads(line) for line in said.splitlines() if line.startswith("[")]


def assert_names_what_is_open(store: Store, settings: Any, reported: list[list[int]]) -> Verification:
    """Verification has no alarm; what it did not check is due to the open load, what waits is a done load."""
    outcome = verify(store, settings, LOCAL_OPERATOR)
    assert outcome.found == []
    states = {one.number: one.state for one in loads(store)}
    open_ones = [number for number, state in states.items() if state == "open"]
    assert outcome.unchecked == (["What is derived, because a load is open."] if open_ones else [])
    assert {states[number] for number, _ in reported} <= {"done"}
    return outcome


def assert_put_right(uri: str, ledger: Path, logs: list[Path], reported: list[list[int]]) -> None:
    """The next loads of the same logs finish everything: each load is done once, proved, and what was reported
    loaded is there."""
    with archive(uri, ledger=str(ledger)) as (store, settings):
        if store.exists() and loads(store):
            try:
                assert_names_what_is_open(store, settings, reported)
            except LedgerMissing:
                # Killed before the first load had made its ledger: nothing is done that it could prove.
                assert {one.state for one in loads(store)} <= {"open"}
        opened = {one.source for one in loads(store) if one.state == "open"}
        for log in sorted(logs, key=lambda log: log.name not in opened):
            load(store, settings, log, system="s")
        found = loads(store)
        done = {one.number: one.loaded for one in found if one.state == "done"}
        # A load that found no ledger to be sealed in was given up.
        assert {one.state for one in found} <= {"done", "abandoned"}
        assert {number: done[number] for number, _ in reported} == dict(reported)
        assert sum(count or 0 for count in done.values()) == EVENTS * len(logs)
        outcome = verify(store, settings, LOCAL_OPERATOR)
        assert (outcome.found, outcome.unchecked) == ([], [])
        assert not any("wait to be appended" in note for note in outcome.notes)


def _kill(uri: str, ledger: Path, logs: list[Path], after: float) -> tuple[bool, list[list[int]]]:
    """Kills two loads in a row so many seconds after the first has begun to write; whether they were not done."""
    process = started(uri, ledger, *logs)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "writing"
    time.sleep(after)
    ended = process.poll() is not None
    process.kill()
    return not ended, told(process)


def _seconds(uri: str, ledger: Path, logs: list[Path]) -> float:
    process = started(uri, ledger, *logs)
    assert process.stdout is not None
    process.stdout.readline()
    begun = time.monotonic()
    process.communicate()
    return time.monotonic() - begun


def _kill_often(writing: float, kill_and_check: Callable[[int, float], bool]) -> None:
    """Lets loads that take so many seconds be killed at random moments, until enough lay within them.

    `kill_and_check` gets the number of the turn and the moment, and says whether the loads were not done by then.
    """
    chance, killed = random.Random(), 0
    for turn in range(3 * KILLS):
        moment = chance.uniform(0, writing)
        if kill_and_check(turn, moment):
            killed += 1
        else:
            # The first loads took longest (a server that has just started, files not read yet).
            writing = moment
        if killed == KILLS:
            return
    raise AssertionError(f"only {killed} moments lay within the loads, which take less than {writing} s")


@pytest.mark.slow
def test_embedded_sealed_loads_that_are_killed(tmp_path: Path) -> None:
    logs = list(write_logs(tmp_path, 2))

    def kill_and_check(turn: int, moment: float) -> bool:
        uri, ledger = f"duckdb:///{tmp_path / f'{turn}.duckdb'}", tmp_path / f"ledger-{turn}"
        alive, reported = _kill(uri, ledger, logs, moment)
        assert_put_right(uri, ledger, logs, reported)
        return alive

    _kill_often(_seconds(f"duckdb:///{tmp_path / 'whole.duckdb'}", tmp_path / "whole-ledger", logs), kill_and_check)


@pytest.mark.slow
@pytest.mark.neo4j
def test_neo4j_sealed_loads_that_are_killed(tmp_path: Path, empty_neo4j: str, neo4j_driver: neo4j.Driver) -> None:
    logs = list(write_logs(tmp_path, 2))

    def kill_and_check(turn: int, moment: float) -> bool:
        neo4j_server.empty_archive(neo4j_driver)
        ledger = tmp_path / f"ledger-{turn}"
        alive, reported = _kill(empty_neo4j, ledger, logs, moment)
        assert_put_right(empty_neo4j, ledger, logs, reported)
        return alive

    _kill_often(_seconds(empty_neo4j, tmp_path / "whole-ledger", logs), kill_and_check)


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    """No file can grow beyond a limit: of the store, of its log, of the pending entries, of the copy of leaves."""
    logs = list(write_logs(tmp_path, 2))
    whole = tmp_path / "whole.duckdb"
    assert told(started(f"duckdb:///{whole}", tmp_path / "whole-ledger", *logs)) != []
    largest = max(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    failed = 0
    for turn, part in enumerate((0.001, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 0.9)):
        uri, ledger = f"duckdb:///{tmp_path / f'{turn}.duckdb'}", tmp_path / f"ledger-{turn}"
        with archive(uri, ledger=str(ledger)) as (store, _):
            store.prepare()
        process = started(uri, ledger, *logs, most=int(part * largest))
        reported = told(process)
        failed += process.returncode != 0
        assert_put_right(uri, ledger, logs, reported)
    assert failed >= 3


def test_a_ledger_that_cannot_be_written(tmp_path: Path, store_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the ledger is full at one step of it after the other; the store is not harmed."""
    logs = list(write_logs(tmp_path, 1))
    ledger = tmp_path / "ledger"
    original, fails_at = files.write_durably, 0
    while True:
        steps = 0

        def write(path: Path, data: bytes, mode: int = 0o644, _at: int = fails_at) -> None:
            nonlocal steps
            steps += 1
            if steps == _at + 1:
                raise OSError(28, "No space left on device", str(path))
            original(path, data, mode)

        with monkeypatch.context() as patch, archive(store_uri, ledger=str(ledger)) as (store, settings):
            patch.setattr(files, "write_durably", write)
            patch.setattr("graph.clock.is_gone", lambda _holder: True)
            try:
                load(store, settings, logs[0], system="s")
            except OSError as error:
                assert error.errno == 28
            else:
                break
        fails_at += 1
        assert fails_at < 30
    assert fails_at >= 2
    assert_put_right(store_uri, ledger, logs, [])
