"""What holds after every load, whatever was loaded before: random histories of small event logs."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import Mapping
from graph import clock
from graph.chain import chain
from graph.dossier import dossier
from graph.rebuild import rebuild
from graph.schema import NODE
from graph.settings import Settings
from graph.status import status
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content
from tests.etl.event_histories import CORRECTED, NAMES, NUMBERS, Load, histories, parts_by_time

# Others may mention them too, so a snapshot withdraws none.
MENTIONED = {"Actor", "Organisation", "Person", "ServiceItem", "Unit"}
Held = dict[str, set[tuple[Any, ...]]]


def load(store: Store, settings: Settings, one: Load, folder: Path, name: str) -> LoadReport:
    path = one.write(folder, name)
    request = LoadRequest(
        path,
        Mapping(**one.mapping),
        "test",
        allow_withdrawals=True,
        quarantine=path.with_suffix(".aside.csv"),
    )
    return load_file(store, settings, request)


def ids_of(held: Held, label: str) -> list[str]:
    return sorted(row[0] for row in held[label])


def answers(store: Store, held: Held, at_ms: int | None = None) -> dict[str, Any]:
    """The chains of all cases and the dossiers of all persons, as far as they do not name the present."""
    chains = {id_: chain(store, LOCAL_OPERATOR, id_, at_ms).model_dump() for id_ in ids_of(held, "Case")}
    people = {id_: dossier(store, LOCAL_OPERATOR, id_, at_ms).model_dump() for id_ in ids_of(held, "Person")}
    return {**chains, **people}


def dangling(held: Held) -> list[tuple[str, tuple[Any, ...]]]:
    """Standing links of which an end does not stand."""
    known = {label: {row[0] for row in rows} for label, rows in held.items() if label in NODE}
    return [
        (name, row)
        for name, rows in held.items()
        if name not in NODE
        for row in rows
        if row[1] not in known[row[0]] or row[3] not in known[row[2]]
    ]


def telling(held: Held) -> list[str]:
    """Ids that tell a number or a name."""
    ids = {row[0] for name, rows in held.items() if name in NODE for row in rows}
    ids -= {row[0] for row in held["ServiceItem"]}
    return [id_ for id_ in ids if any(text in id_ for text in (*NUMBERS, *NAMES))]


def check(store: Store, settings: Settings, history: tuple[Load, ...], folder: Path) -> None:
    """Loads a history and checks after each load what has to hold."""
    known: list[tuple[int, Held, dict[str, Any]]] = []
    for place, one in enumerate(history):
        name = f"{place}.csv"
        report = load(store, settings, one, folder, name)
        assert report.rows_in == len(one.rows) == report.loaded + report.unchanged + report.quarantined
        held = content(store)
        assert dangling(held) == []
        assert telling(held) == []
        counted = status(store, LOCAL_OPERATOR)
        counts = {**counted.nodes, **counted.relationships}
        assert {n: len(rows) for n, rows in held.items()} == {n: counts[n] for n in held}
        known.append((clock.loads(store)[-1].committed_at or 0, held, answers(store, held)))
        again = load(store, settings, one, folder, name)
        assert (again.loaded, again.withdrawn, again.quarantined) == (0, 0, report.quarantined)
        assert content(store) == held
        if one.mode == "snapshot" and not report.quarantined:
            alone = fresh(folder / f"alone {place}", one)
            of_system = mine(held, one.system)
            assert {n: rows for n, rows in of_system.items() if n not in MENTIONED} == {
                n: rows for n, rows in alone.items() if n not in MENTIONED
            }
    held = content(store)
    rebuild(store, settings)
    assert content(store) == held
    for at_ms, was, answered in known:
        assert answers(store, was, at_ms) == answered


def mine(held: Held, system: str) -> Held:
    return {
        name: {row for row in rows if any(isinstance(v, str) and v.startswith(f"{system}:") for v in row)}
        for name, rows in held.items()
    }


def fresh(folder: Path, *loads: Load) -> Held:
    folder.mkdir()
    with archive(f"duckdb:///{folder / 'alone.duckdb'}", duckdb_threads=1) as (store, settings):
        for place, one in enumerate(loads):
            load(store, settings, one, folder, f"{place}.csv")
        return mine(content(store), loads[0].system)


def check_seed(seed: int, loads: int, uri: str, folder: Path) -> None:
    random = Random(seed)
    with archive(uri, duckdb_threads=1) as (store, settings):
        check(store, settings, histories(random, loads), folder)


@pytest.mark.parametrize("name", CORRECTED)
def test_what_is_corrected_leaves_nothing_behind(tmp_path: Path, duckdb_uri: str, name: str) -> None:
    with archive(duckdb_uri, duckdb_threads=1) as (store, settings):
        check(store, settings, CORRECTED[name], tmp_path)


def test_an_event_that_moves_alone_leaves_its_case_as_the_others_say(tmp_path: Path) -> None:
    first, moved = CORRECTED["an event moves, alone in its file"]
    whole = Load("s", "append", (first.rows[0], *moved.rows))
    history, alone = fresh(tmp_path / "history", first, moved), fresh(tmp_path / "alone", whole)
    assert {n: r for n, r in history.items() if n not in MENTIONED} == {
        n: r for n, r in alone.items() if n not in MENTIONED
    }


@pytest.mark.parametrize("seed", range(4))
def test_what_holds_after_every_load(tmp_path: Path, duckdb_uri: str, seed: int) -> None:
    check_seed(seed, 3, duckdb_uri, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 112))
def test_what_holds_after_every_load_of_longer_histories(tmp_path: Path, duckdb_uri: str, seed: int) -> None:
    check_seed(seed, 5, duckdb_uri, tmp_path)


@pytest.mark.neo4j
def test_both_engines_hold_the_same(tmp_path: Path, duckdb_uri: str, empty_neo4j: str) -> None:
    loads = [*CORRECTED["an event moves, alone in its file"], *CORRECTED["a row is set aside"]]
    with archive(duckdb_uri) as (one, settings), archive(empty_neo4j) as (other, of_other):
        for place, part in enumerate([*loads, *histories(Random(1), 2)]):
            load(one, settings, part, tmp_path, f"{place}.csv")
            load(other, of_other, part, tmp_path, f"{place}.csv")
            held = content(one)
            assert content(other) == held
            assert answers(other, held) == answers(one, held)


@pytest.mark.parametrize("seed", range(2))
def test_parts_by_time_in_any_order_are_the_whole(tmp_path: Path, seed: int) -> None:
    whole, parts = parts_by_time(Random(seed), 8)
    expected = fresh(tmp_path / "whole", whole)
    for order in permutations(range(len(parts))):
        assert fresh(tmp_path / "".join(map(str, order)), *(parts[i] for i in order)) == expected
