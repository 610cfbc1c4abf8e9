"""A load that is killed: nothing of it is seen, and the next run finishes it or takes it back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.chain import chain
from graph.clock import abandon, loads
from graph.errors import NotFound
from graph.status import status
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load

pytestmark = [pytest.mark.real, pytest.mark.slow]
ROOT = Path(__file__).parents[1]
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


def _killed(uri: str, path: Path, after: float) -> None:
    """Runs a load and kills it so many seconds after it has begun to write."""
    command = [sys.executable, "-c", LOADING, uri, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "writing":
            break
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _nothing_is_seen(store: Store) -> None:
    assert [one.state for one in loads(store)] == ["open"], "the load was done before it was killed"
    held = status(store, LOCAL_OPERATOR)
    assert not any({**held.nodes, **held.relationships, "Load": 0}.values())
    with pytest.raises(NotFound):
        chain(store, LOCAL_OPERATOR, "BPIC15_1:10009138")


def test_a_killed_load_is_not_seen_and_is_finished_by_the_next_run(
    store_uri: str, real_data: Path, tmp_path: Path
) -> None:
    path = real_data / "logs" / "BPIC15_1.xes.gz"
    with archive(f"duckdb:///{tmp_path / 'whole.duckdb'}") as (store, settings):
        load(store, settings, path)
        expected = content(store)
    chance = random.Random(15)
    for _ in range(3):
        _killed(store_uri, path, chance.uniform(0.0, 0.35))
        with archive(store_uri) as (store, _):
            _nothing_is_seen(store)
    with archive(store_uri) as (store, settings):
        report = load(store, settings, path)
        assert (report.load, report.resumed, report.loaded) == (1, True, 52217)
        assert content(store) == expected


def test_a_killed_load_can_be_taken_back(store_uri: str, real_data: Path) -> None:
    _killed(store_uri, real_data / "logs" / "BPIC15_1.xes.gz", 0.2)
    with archive(store_uri) as (store, _):
        _nothing_is_seen(store)
        abandon(store, 1)
        assert not any(content(store).values())
        assert [one.state for one in loads(store)] == ["abandoned"]
