"""The real logs, on both engines, against what is known of them."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import neo4j
import pytest
from lxml import etree

from etl.file_bytes import open_bytes
from etl.mapping import load_mapping
from graph.status import status
from graph.viewer import LOCAL_OPERATOR
from tests import neo4j_server
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


SIX = (
    "receipt.xes.gz",
    "BPIC15_1.xes.gz",
    "BPIC13_closed_problems.xes.gz",
    "BPIC20_DomesticDeclarations.xes.gz",
    "traffic_fines.csv.gz",
    "running-example.xes",
)
ORDERS = list(permutations(range(3)))
Content = dict[str, set[tuple[Any, ...]]]


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
@pytest.mark.parametrize("name", ["receipt.xes.gz", "running-example.csv"])
def test_counts_on_neo4j(name: str, real_data: Path, empty_neo4j: str) -> None:
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


def _by_system(held: Content) -> dict[str, tuple[int, ...]]:
    """Cases, events, activities, actors and NEXT of each system, which is what their ids begin with."""

    def counted(ids: Iterable[str]) -> Counter[str]:
        return Counter(id_.split(":")[0] for id_ in ids)

    done = {(row[0].split(":")[0], row[1]) for row in held["Event"]}
    activities = Counter(system for system, _ in done)
    cases, events, actors = (counted(row[0] for row in held[label]) for label in ("Case", "Event", "Actor"))
    nexts = counted(row[1] for row in held["NEXT"])
    return {s: (cases[s], events[s], activities[s], actors[s], nexts[s]) for s in cases}


def _six_in_one_store(uri: str, logs: Path) -> None:
    with archive(uri) as (store, settings):
        for name in SIX:
            report = load(store, settings, logs / name, **_mapping(name))
            assert report.rows_in == report.loaded
        held = content(store)
        assert _by_system(held) == {name.split(".")[0]: EXPECTED[name] for name in SIX}
        for type_ in ("IN_CASE", "BY", "IN_UNIT", "NEXT"):
            across = [row for row in held[type_] if row[1].split(":")[0] != row[3].split(":")[0]]
            assert not across, f"{type_} between systems: {across[:3]}"
        for name in SIX:
            again = load(store, settings, logs / name, **_mapping(name))
            assert (again.loaded, again.unchanged, again.quarantined) == (0, EXPECTED[name][1], 0)
        assert content(store) == held


@pytest.mark.slow
def test_six_logs_in_one_store_keep_apart(real_data: Path, duckdb_uri: str) -> None:
    _six_in_one_store(duckdb_uri, real_data / "logs")


@pytest.mark.neo4j
@pytest.mark.slow
def test_six_logs_in_one_store_keep_apart_on_neo4j(real_data: Path, empty_neo4j: str) -> None:
    _six_in_one_store(empty_neo4j, real_data / "logs")


def _whole(path: Path, folder: Path, **mapping: Any) -> Content:
    with archive(f"duckdb:///{folder / 'whole.duckdb'}") as (store, settings):
        load(store, settings, path, **mapping)
        return content(store)


def _instant(event: Any) -> datetime:
    return datetime.fromisoformat(event.find("{*}date[@key='time:timestamp']").get("value"))


def _cut_by_time(path: Path, folder: Path) -> list[Path]:
    """The log in three files of about as many events each, cut between two distinct instants."""
    with open_bytes(path) as stream:
        whole = etree.tostring(etree.parse(stream))
    times = sorted(_instant(e) for e in etree.fromstring(whole).iter("{*}event"))
    ends = [times[len(times) // 3], times[2 * len(times) // 3], times[-1] + timedelta(1)]
    assert times[0] < ends[0] < ends[1] < ends[2]
    parts, begin = [], times[0]
    for place, end in enumerate(ends):
        log = etree.fromstring(whole)
        for event in list(log.iter("{*}event")):
            if not begin <= _instant(event) < end:
                event.getparent().remove(event)
        for trace in list(log.iter("{*}trace")):
            if trace.find("{*}event") is None:
                log.remove(trace)
        parts.append(folder / f"part{place}.xes")
        parts[-1].write_bytes(etree.tostring(log))
        begin = end
    return parts


def _load_parts(uri: str, parts: list[Path], order: tuple[int, ...], system: str) -> Content:
    with archive(uri) as (store, settings):
        for place in order:
            load(store, settings, parts[place], system=system)
        return content(store)


@pytest.mark.parametrize("name", ["running-example.xes", "receipt.xes.gz"])
def test_a_log_cut_by_time_in_any_order_is_the_whole(name: str, real_data: Path, tmp_path: Path) -> None:
    path, system = real_data / "logs" / name, name.split(".")[0]
    expected = _whole(path, tmp_path)
    parts = _cut_by_time(path, tmp_path)
    for order in ORDERS:
        uri = f"duckdb:///{tmp_path / ''.join(map(str, order))}.duckdb"
        assert _load_parts(uri, parts, order, system) == expected, order


@pytest.mark.neo4j
@pytest.mark.slow
@pytest.mark.parametrize("name", ["running-example.xes", "receipt.xes.gz"])
def test_a_log_cut_by_time_in_any_order_is_the_whole_on_neo4j(
    name: str, real_data: Path, tmp_path: Path, empty_neo4j: str, neo4j_driver: neo4j.Driver
) -> None:
    path, system = real_data / "logs" / name, name.split(".")[0]
    expected = _whole(path, tmp_path)
    parts = _cut_by_time(path, tmp_path)
    for order in ORDERS:
        neo4j_server.empty_archive(neo4j_driver)
        assert _load_parts(empty_neo4j, parts, order, system) == expected, order


def _shuffled(path: Path, folder: Path, seed: int) -> Path:
    """The rows of a CSV in another order, but for those of one case and one instant, which keep theirs."""
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    case, instant = header.index("case:concept:name"), header.index("time:timestamp")
    places = list(range(len(rows)))
    random.Random(seed).shuffle(places)
    free: dict[tuple[str, str], list[int]] = {}
    for row, place in zip(rows, places, strict=True):
        free.setdefault((row[case], row[instant]), []).append(place)
    of_group = {group: iter(sorted(held)) for group, held in free.items()}
    placed = sorted((next(of_group[row[case], row[instant]]), row) for row in rows)
    assert [row for _, row in placed] != rows
    shuffled = folder / path.name
    with shuffled.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *(row for _, row in placed)])
    return shuffled


@pytest.mark.parametrize("name", ["running-example.csv", "receipt.csv"])
def test_a_csv_with_its_rows_shuffled_is_the_same_graph(name: str, real_data: Path, tmp_path: Path) -> None:
    path = real_data / "logs" / name
    expected = _whole(path, tmp_path, **_mapping(name))
    shuffled = _shuffled(path, tmp_path, seed=8577)
    with archive(f"duckdb:///{tmp_path / 'shuffled.duckdb'}") as (store, settings):
        load(store, settings, shuffled, **_mapping(name))
        assert content(store) == expected
