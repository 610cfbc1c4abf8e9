"""Processes of the real logs against expected.json, and against plain pandas over the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.archives import archive, load
from tests.graph.process.compared import LARGER, compare_processes

pytestmark = pytest.mark.real
SMALL = "receipt.xes.gz"


@pytest.mark.parametrize(
    "name", [SMALL, LARGER[0], *(pytest.param(name, marks=pytest.mark.slow) for name in LARGER[1:])]
)
def test_the_embedded_engine_agrees_with_plain_pandas(name: str, real_data: Path, duckdb_uri: str) -> None:
    _loaded(duckdb_uri, real_data, name)


@pytest.mark.neo4j
def test_neo4j_agrees_with_plain_pandas(real_data: Path, empty_neo4j: str) -> None:
    _loaded(empty_neo4j, real_data, SMALL)


def _loaded(uri: str, data: Path, name: str) -> None:
    with archive(uri) as (store, settings):
        load(store, settings, data / "logs" / name)
        compare_processes(store, data, name)
