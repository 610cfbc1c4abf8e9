"""Networks of actors against an independent calculation over real logs, and against known figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph.errors import UsageError
from graph.people.networks import network
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.graph.people.compared import compare_networks, names_of

RECEIPT = "receipt.xes.gz"
LARGER = ("BPIC13_closed_problems.xes.gz", "BPIC15_1.xes.gz", "BPIC20_DomesticDeclarations.xes.gz")


def _loaded(uri: str, path: Path, expected: dict[str, Any]) -> None:
    with archive(uri) as (store, settings):
        load(store, settings, path)
        compare_networks(store, path, expected)


@pytest.fixture(scope="module")
def known(real_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((real_data / "expected.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.real
def test_receipt(real_data: Path, known: dict[str, Any], store_uri: str) -> None:
    _loaded(store_uri, real_data / "logs" / RECEIPT, known[RECEIPT])


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGER)
def test_larger_logs(name: str, real_data: Path, known: dict[str, Any], duckdb_uri: str) -> None:
    _loaded(duckdb_uri, real_data / "logs" / name, known[name])


@pytest.fixture
def three(duckdb_uri: str, tmp_path: Path) -> Any:
    """Two groups of actors that hardly meet: a, b, c in one, x, y in the other; and one event of nobody."""
    rows = []
    for case, actors in enumerate((*["aba", "abca", "bcab"] * 2, *["xyx", "xy"] * 2, "cx", "a-b")):
        for place, actor in enumerate(actors):
            who = "" if actor == "-" else actor
            rows.append(f"{case},act {place},2024-01-{case + 1:02d}T0{place}:00:00+08:00,{who},,,,")
    with archive(duckdb_uri) as (store, settings):
        load(store, settings, log(tmp_path, "s.csv", *rows))
        yield store, settings


def test_measures_are_those_of_the_definitions(three: tuple[Store, Settings]) -> None:
    store, _ = three
    answer = network(store, LOCAL_OPERATOR, "handover")
    names = names_of(answer)
    actors = {str(a.name): a for a in answer.actors}
    assert set(actors) == set("abcxy")
    graph = nx.DiGraph([(names[one.from_id], names[one.to_id]) for one in answer.links])
    between = nx.betweenness_centrality(graph)
    for name, one in actors.items():
        assert one.betweenness == pytest.approx(between[name])
        assert one.partners == len(set(nx.all_neighbors(graph, name)) - {name})
    # `a-b`: the event of nobody stands between, so nobody hands over.
    assert actors["a"].given == 2 + 2 + 2
    assert {actors[n].community for n in "abc"} == {1}
    assert {actors[n].community for n in "xy"} == {2}
    assert (answer.communities, answer.sampled, answer.measured) == (2, None, True)
    assert network(store, LOCAL_OPERATOR, "handover") == answer


def test_links_below_the_least_weight_are_left_out_and_counted(three: tuple[Store, Settings]) -> None:
    store, _ = three
    whole = network(store, LOCAL_OPERATOR, "together")
    strong = network(store, LOCAL_OPERATOR, "together", least=2)
    assert [one for one in whole.links if one.weight >= 2] == strong.links
    assert strong.left_out == len(whole.links) - len(strong.links) > 0
    assert strong.total == whole.total
    with pytest.raises(UsageError):
        network(store, LOCAL_OPERATOR, "together", least=0)


def test_an_empty_archive_has_an_empty_network(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, _):
        answer = network(store, LOCAL_OPERATOR, "handover")
    assert (answer.actors, answer.links, answer.as_of_load) == ([], [], 0)
