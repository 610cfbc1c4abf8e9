"""Processes and networks of the larger real logs on Neo4j; each log is loaded once for both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.archives import archive, load
from tests.graph.people.compared import compare_networks
from tests.graph.process.compared import LARGER, compare_processes


@pytest.mark.real
@pytest.mark.neo4j
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGER)
def test_neo4j_agrees_with_plain_pandas(name: str, real_data: Path, empty_neo4j: str) -> None:
    known = json.loads((real_data / "expected.json").read_text(encoding="utf-8"))
    with archive(empty_neo4j) as (store, settings):
        load(store, settings, real_data / "logs" / name)
        compare_processes(store, real_data, name)
        compare_networks(store, real_data / "logs" / name, known[name])
