"""A load that is killed: nothing of it is seen, and the next run finishes it or takes it back."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph.chain import chain
from graph.clock import abandon, loads
from graph.errors import NotFound
from graph.status import status
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests import neo4j_server
from tests.archives import archive, content, load

pytestmark = [pytest.mark.real, pytest.mark.slow]
ROOT = Path(__file__).parents[1]
MOMENTS = 10
LOADING = """
import sys
from pathlib import Path
from tests.archives import archive
from etl.load import LoadRequest, load_file
from etl.mapping import Mapping

with archive(sys.argv[1]) as (store, settings):
    request = LoadRequest(Path(sys.argv[2]), Mapping(), "test")
    load_file(store, settings, request, lambda step, *_: print(step, flush=True))
"""
Content = dict[str, set[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def log(real_data: Path) -> Path:
    return real_data / "logs" / "BPIC15_1.xes.gz"


@pytest.fixture(scope="module")
def expected(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Content:
    """What an undisturbed load of the log gives."""
    with archive(f"duckdb:///{tmp_path_factory.mktemp('whole') / 'whole.duckdb'}") as (store, settings):
        load(store, settings, log)
        return content(store)


def _writing(uri: str, path: Path) -> subprocess.Popen[str]:
    """A process that loads the file and is about to write first."""
    command = [sys.executable, "-c", LOADING, uri, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while (line := process.stdout.readline().strip()) != "writing":
        assert line, "the load ended before it wrote"
    return process


def _seconds_of_writing(uri: str, path: Path) -> float:
    """How long an undisturbed load writes, from before its first write to after its last commit."""
    process = _writing(uri, path)
    begun = time.monotonic()
    assert process.stdout is not None
    while (line := process.stdout.readline().strip()) != "done":
        assert line, "the load ended before it was done"
    seconds = time.monotonic() - begun
    process.communicate()
    return seconds


def _killed(uri: str, path: Path, after: float) -> bool:
    """Kills a load so many seconds after it has begun to write; whether it was open then, as the store tells."""
    process = _writing(uri, path)
    time.sleep(after)
    process.kill()
    process.communicate()
    with archive(uri) as (store, _):
        states = [one.state for one in loads(store)]
    assert states in (["open"], ["done"])
    return states == ["open"]


def _nothing_is_seen(store: Store) -> None:
    assert [one.state for one in loads(store)] == ["open"]
    held = status(store, LOCAL_OPERATOR)
    assert not any({**held.nodes, **held.relationships, "Load": 0}.values())
    with pytest.raises(NotFound):
        chain(store, LOCAL_OPERATOR, "BPIC15_1:10009138")


def _is_whole(store: Store, expected: Content) -> None:
    assert [(one.number, one.state, one.rows_in, one.quarantined) for one in loads(store)] == [(1, "done", 52217, 0)]
    assert content(store) == expected


def _completes(uri: str, path: Path, expected: Content) -> None:
    with archive(uri) as (store, settings):
        _nothing_is_seen(store)
        report = load(store, settings, path)
        assert (report.load, report.resumed, report.rows_in, report.loaded) == (1, True, 52217, 52217)
        _is_whole(store, expected)


def test_embedded_each_killed_load_is_completed_by_the_next_run(
    log: Path, expected: Content, duckdb_uri: str
) -> None:
    writing = _seconds_of_writing(f"{duckdb_uri}-undisturbed", log)
    chance = random.Random()
    killed = 0
    for turn in range(3 * MOMENTS):
        uri = f"{duckdb_uri}-{turn}"
        moment = chance.uniform(0, writing)
        if _killed(uri, log, moment):
            killed += 1
            _completes(uri, log, expected)
        else:
            writing = moment
        if killed == MOMENTS:
            break
    assert killed == MOMENTS, f"only {killed} moments lay within the writing, which takes less than {writing} s"


@pytest.mark.neo4j
def test_neo4j_killed_loads_are_completed_by_a_later_run(
    log: Path, expected: Content, empty_neo4j: str, neo4j_driver: neo4j.Driver
) -> None:
    """What a killed run wrote stays there unseen, and the next may be killed later in the load, or complete it."""
    writing = _seconds_of_writing(empty_neo4j, log)
    neo4j_server.empty_archive(neo4j_driver)
    chance = random.Random()
    killed, from_the_start = 0, True
    for _ in range(3 * MOMENTS):
        moment = chance.uniform(0, writing)
        if _killed(empty_neo4j, log, moment):
            killed, from_the_start = killed + 1, False
            with archive(empty_neo4j) as (store, _):
                _nothing_is_seen(store)
            if killed == MOMENTS:
                break
        else:
            _has_counts(empty_neo4j, expected)
            neo4j_server.empty_archive(neo4j_driver)
            # A server that has just started takes several times as long for its first load.
            writing, from_the_start = moment if from_the_start else writing, True
    assert killed == MOMENTS, f"only {killed} moments lay within the writing, which takes less than {writing} s"
    _completes(empty_neo4j, log, expected)


def _has_counts(uri: str, expected: Content) -> None:
    with archive(uri) as (store, _):
        held = status(store, LOCAL_OPERATOR)
    counts = {**held.nodes, **held.relationships}
    assert {name: counts[name] for name in expected} == {name: len(rows) for name, rows in expected.items()}


def test_a_killed_load_can_be_taken_back(store_uri: str, log: Path) -> None:
    assert _killed(store_uri, log, 0.2)
    with archive(store_uri) as (store, _):
        _nothing_is_seen(store)
        abandon(store, 1)
        assert not any(content(store).values())
        assert [one.state for one in loads(store)] == ["abandoned"]
