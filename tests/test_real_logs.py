"""The real logs, on both engines, against what is known of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.mapping import load_mapping
from graph.status import status
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load

pytestmark = pytest.mark.real
MAPPINGS = Path(__file__).parent / "mappings"
EXPECTED = {
    "receipt.xes.gz": (1434, 8577, 27, 48, 7143),
    "receipt.csv": (1434, 8577, 27, 48, 7143),
    "BPIC15_1.xes.gz": (1199, 52217, 398, 23, 51018),
    "BPIC13_closed_problems.xes.gz": (1487, 6660, 4, 585, 5173),
    "BPIC20_DomesticDeclarations.xes.gz": (10357, 55628, 14, 2, 45271),
    "traffic_fines.csv.gz": (10000, 34724, 11, 15, 24724),
    "running-example.xes": (6, 42, 8, 6, 36),
    "running-example.csv": (6, 42, 8, 6, 36),
}


def _mapping(name: str) -> dict[str, object]:
    path = MAPPINGS / f"{name.split('.')[0]}.yaml"
    return load_mapping(path).model_dump() if path.exists() else {}


def _counts(uri: str, path: Path) -> tuple[int, ...]:
    with archive(uri) as (store, settings):
        report = load(store, settings, path, **_mapping(path.name))
        held = status(store, LOCAL_OPERATOR)
    assert report.rows_in == report.loaded
    nodes = held.nodes
    return nodes["Case"], nodes["Event"], held.activities, nodes["Actor"], held.relationships["NEXT"]


@pytest.mark.parametrize("name", EXPECTED)
def test_counts_on_the_embedded_engine(name: str, real_data: Path, duckdb_uri: str) -> None:
    assert _counts(duckdb_uri, real_data / "logs" / name) == EXPECTED[name]


@pytest.mark.neo4j
@pytest.mark.parametrize("name", ["receipt.xes.gz", "traffic_fines.csv.gz", "running-example.csv"])
def test_counts_on_neo4j(name: str, real_data: Path, empty_neo4j: str) -> None:
    assert _counts(empty_neo4j, real_data / "logs" / name) == EXPECTED[name]


@pytest.mark.neo4j
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["BPIC15_1.xes.gz", "BPIC13_closed_problems.xes.gz", "BPIC20_DomesticDeclarations.xes.gz"]
)
def test_counts_on_neo4j_of_larger_logs(name: str, real_data: Path, empty_neo4j: str) -> None:
    assert _counts(empty_neo4j, real_data / "logs" / name) == EXPECTED[name]


@pytest.mark.parametrize("name", ["running-example", "receipt"])
def test_xes_and_csv_of_one_log_are_one_graph(name: str, real_data: Path, tmp_path: Path) -> None:
    graphs = []
    for ending in (".xes" if name == "running-example" else ".xes.gz", ".csv"):
        with archive(f"duckdb:///{tmp_path / ('a' + ending)}.duckdb") as (store, settings):
            given = _mapping(name) if ending == ".csv" else {}
            load(store, settings, real_data / "logs" / f"{name}{ending}", **given)
            graphs.append(content(store))
    assert graphs[0] == graphs[1]


@pytest.mark.neo4j
def test_both_engines_hold_the_same_graph(real_data: Path, duckdb_uri: str, empty_neo4j: str) -> None:
    graphs = []
    for uri in (duckdb_uri, empty_neo4j):
        with archive(uri) as (store, settings):
            load(store, settings, real_data / "logs" / "receipt.xes.gz")
            graphs.append(content(store))
    assert graphs[0] == graphs[1]
