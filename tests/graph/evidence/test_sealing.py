"""What loads write is sealed: the ledger holds exactly the entries that follow from the graph, after every load."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from etl.load import LoadRequest, load_file
from etl.mapping import Mapping
from graph import clock
from graph.decide import MatchRequest, ReversalRequest, decide
from graph.erasure import ErasureRequest
from graph.errors import LedgerBehind, LedgerMissing
from graph.evidence.home import NO_LEDGER, open_ledger
from graph.evidence.reading import portions
from graph.evidence.sealing import SealingWriter, sealed_loads
from graph.evidence.verification import Verification, verify, verify_person
from graph.rebuild import rebuild
from graph.settings import Settings
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.etl.event_histories import CORRECTED, Load, histories
from tests.graph.sample import LI, ZHANG, write_all
from tests.graphs import write

ROWS = ("1,open,2024-01-02 10:00:00,a,u,r,web,x", "1,close,2024-01-03 10:00:00,b,u,r,web,y")


@pytest.fixture
def sealed(tmp_path: Path) -> dict[str, Any]:
    """Settings of an archive that keeps a ledger."""
    return {"ledger": str(tmp_path / "ledger")}


def take(store: Store, settings: Settings, one: Load, folder: Path, name: str) -> None:
    path = one.write(folder, name)
    quarantine = path.with_suffix(".aside.csv")
    request = LoadRequest(path, Mapping(**one.mapping), "test", allow_withdrawals=True, quarantine=quarantine)
    load_file(store, settings, request)


def entries_of_graph(store: Store, upto: int) -> list[bytes]:
    snapshot = store.snapshot()
    try:
        found = list(portions(snapshot, upto))
    finally:
        snapshot.close()
    assert [one for portion in found for one in portion.unprovable] == []
    return [entry for portion in found for entry in portion.builder.entries()]


def assert_sealed(store: Store, settings: Settings) -> Verification:
    """The ledger's entries are those of the graph, each once, and verification says so."""
    with open_ledger(store, settings, read_only=True) as ledger:
        held = list(ledger.entries())
        upto = max(sealed_loads(ledger))
    assert sorted(entries_of_graph(store, upto)) == sorted(held)
    assert len(set(held)) == len(held)
    outcome = verify(store, settings, LOCAL_OPERATOR)
    assert outcome.found == []
    assert [text for text in outcome.unchecked if "--files" not in text] == []
    return outcome


@pytest.mark.parametrize("seed", range(3))
def test_every_history_is_sealed(tmp_path: Path, store_uri: str, sealed: dict[str, Any], seed: int) -> None:
    with archive(store_uri, **sealed) as (store, settings):
        for place, one in enumerate(histories(Random(seed), 3)):
            take(store, settings, one, tmp_path, f"{place}.csv")
            assert_sealed(store, settings)
        rebuild(store, settings)
        assert_sealed(store, settings)


@pytest.mark.parametrize("name", CORRECTED)
def test_corrections_are_sealed(tmp_path: Path, duckdb_uri: str, sealed: dict[str, Any], name: str) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        for place, one in enumerate(CORRECTED[name]):
            take(store, settings, one, tmp_path, f"{place}.csv")
        assert_sealed(store, settings)


def test_what_was_loaded_before_there_was_a_ledger_is_sealed_when_it_is_made(
    tmp_path: Path, store_uri: str, sealed: dict[str, Any]
) -> None:
    history = histories(Random(5), 3)
    with archive(store_uri, ledger=NO_LEDGER) as (store, settings):
        for place, one in enumerate(history[:2]):
            take(store, settings, one, tmp_path, f"{place}.csv")
        before = entries_of_graph(store, 2)
    with archive(store_uri, **sealed) as (store, settings):
        take(store, settings, history[2], tmp_path, "2.csv")
        with open_ledger(store, settings, read_only=True) as ledger:
            first, second = ledger.batches()
            assert sorted(ledger.entries(0, first.size)) == sorted(before)
            assert (first.meta, second.meta) == (
                {"first_load": 1, "last_load": 2},
                {"first_load": 3, "last_load": 3},
            )
        assert_sealed(store, settings)


class Crash(RuntimeError):
    """The process ends here."""


def test_a_crash_between_intent_and_commit_appends_nothing(
    tmp_path: Path, store_uri: str, sealed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = log(tmp_path, "log.csv", *ROWS)
    prepare = SealingWriter._prepare

    def crash(self: SealingWriter, finish: dict[str, Any]) -> None:
        prepare(self, finish)
        raise Crash

    with archive(store_uri, **sealed) as (store, settings):
        with monkeypatch.context() as patch, pytest.raises(Crash):
            patch.setattr(SealingWriter, "_prepare", crash)
            load(store, settings, path)
        _gone(store, monkeypatch)
        report = load(store, settings, path)
        assert (report.load, report.resumed, report.loaded) == (1, True, 2)
        assert_sealed(store, settings)


def test_a_crash_between_commit_and_appending_is_put_right_by_the_next_load(
    tmp_path: Path, store_uri: str, sealed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: Any, __: Any) -> None:
        raise Crash

    with archive(store_uri, **sealed) as (store, settings):
        with monkeypatch.context() as patch, pytest.raises(Crash):
            patch.setattr("graph.ledger.log.Ledger.complete", crash)
            load(store, settings, log(tmp_path, "log.csv", *ROWS))
        outcome = verify(store, settings, LOCAL_OPERATOR)
        assert outcome.found == []
        assert any("wait to be appended" in note for note in outcome.notes)
        load(store, settings, log(tmp_path, "more.csv", "2,open,2024-01-02 10:00:00,a,u,r,web,x"))
        assert_sealed(store, settings)


def _gone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the open load's holder be one whose process has ended."""
    monkeypatch.setattr("graph.clock.is_gone", lambda _holder: True)


def test_an_archive_whose_ledger_is_not_there_takes_no_loads(
    tmp_path: Path, duckdb_uri: str, sealed: dict[str, Any]
) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", *ROWS))
    for other in (str(tmp_path / "other"), NO_LEDGER):
        with archive(duckdb_uri, ledger=other) as (store, settings), pytest.raises(LedgerMissing):
            load(store, settings, log(tmp_path, "more.csv", "2,open,2024-01-02 10:00:00,a,u,r,web,x"))


def test_an_older_copy_of_the_ledger_is_refused(tmp_path: Path, duckdb_uri: str, sealed: dict[str, Any]) -> None:
    import shutil

    with archive(duckdb_uri, **sealed) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", *ROWS))
        shutil.copytree(tmp_path / "ledger", tmp_path / "older")
        load(store, settings, log(tmp_path, "more.csv", "2,open,2024-01-02 10:00:00,a,u,r,web,x"))
        load(store, settings, log(tmp_path, "most.csv", "3,open,2024-01-02 10:00:00,a,u,r,web,x"))
        shutil.rmtree(tmp_path / "ledger")
        shutil.copytree(tmp_path / "older", tmp_path / "ledger")
        with pytest.raises(LedgerBehind):
            load(store, settings, log(tmp_path, "last.csv", "4,open,2024-01-02 10:00:00,a,u,r,web,x"))
        outcome = verify(store, settings, LOCAL_OPERATOR)
        assert outcome.exit_code == 1
        assert {(one.kind, one.label, one.id) for one in outcome.found if one.label == "Load"} >= {
            ("inserted", "Load", "2"),
            ("inserted", "Load", "3"),
        }


def test_the_ledger_tells_nothing_that_is_in_the_records(
    tmp_path: Path, duckdb_uri: str, sealed: dict[str, Any]
) -> None:
    said = ("王小明的抚恤金", "2031-07-19")
    with archive(duckdb_uri, **sealed) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", f"1,open,2024-01-02 10:00:00,a,u,r,{said[0]},{said[1]}"))
    for path in (tmp_path / "ledger").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert all(text.encode() not in data for text in said), path


def test_what_was_erased_by_decision_is_no_alarm_and_what_was_emptied_otherwise_is(
    duckdb_uri: str, sealed: dict[str, Any]
) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        write_all(store, settings)
        rebuild(store, settings)
        before = verify(store, settings, LOCAL_OPERATOR)
        order = ErasureRequest(who="W", why="order 7", label="Person", id=LI)
        decided = decide(store, settings, LOCAL_OPERATOR, order)
        outcome = verify(store, settings, LOCAL_OPERATOR)
        assert (before.found, outcome.found) == ([], [])
        gone = {(one.label, one.id) for one in outcome.erased}
        about = {(one.label, one.id) for one in decided.decision.about}
        assert about <= gone
        assert all(one.kind == "erased" and decided.decision.id in one.message for one in outcome.erased)
        assert verify_person(store, settings, LOCAL_OPERATOR, ZHANG).found == []
        cursor = store.cursor()  # type: ignore[attr-defined]
        first = '(SELECT min(id) FROM "Material")'
        cursor.execute(f'UPDATE "Material" SET erased = 1, title = NULL, salt = NULL WHERE id = {first}')
        cursor.execute("UPDATE \"Decision\" SET why = 'another'")
        alarms = {(one.kind, one.label) for one in verify(store, settings, LOCAL_OPERATOR).found}
        assert {("altered", "Material"), ("altered", "Decision")} <= alarms


def test_an_earlier_content_cannot_be_erased_alone(duckdb_uri: str, sealed: dict[str, Any]) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        for title in ("first", "second"):
            write(store, settings, {"Material": [{"id": "m", "title": title}]})
        assert verify(store, settings, LOCAL_OPERATOR).found == []
        cursor = store.cursor()  # type: ignore[attr-defined]
        cursor.execute('UPDATE "Version" SET erased = 1')
        (alarm,) = verify(store, settings, LOCAL_OPERATOR).found
        assert (alarm.kind, alarm.label, alarm.id) == ("altered", "Material", "m")


def test_decisions_are_sealed(duckdb_uri: str, sealed: dict[str, Any]) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        write_all(store, settings)
        rebuild(store, settings)
        match = MatchRequest(who="W", why="same card", persons=(LI, ZHANG), score=0.9)
        decided = decide(store, settings, LOCAL_OPERATOR, match)
        assert_sealed(store, settings)
        reversal = ReversalRequest(who="W", why="not the same", decision=decided.decision.id)
        decide(store, settings, LOCAL_OPERATOR, reversal)
        assert_sealed(store, settings)


def test_a_load_that_was_to_bring_records_back_and_is_abandoned_leaves_nothing(
    tmp_path: Path, store_uri: str, sealed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: SealingWriter, __: dict[str, Any]) -> None:
        raise Crash

    def snapshot(store: Store, settings: Settings, name: str, *rows: str) -> None:
        path = log(tmp_path, name, *rows)
        load_file(store, settings, LoadRequest(path, Mapping(mode="snapshot"), "m", "s", allow_withdrawals=True))

    both = (ROWS[0], "2,open,2024-01-02 10:00:00,a,u,r,web,x")
    with archive(store_uri, **sealed) as (store, settings):
        snapshot(store, settings, "both.csv", *both)
        snapshot(store, settings, "one.csv", both[0])
        with monkeypatch.context() as patch, pytest.raises(Crash):
            patch.setattr(SealingWriter, "_prepare", crash)
            snapshot(store, settings, "again.csv", *both)
        _gone(store, monkeypatch)
        clock.abandon(store, 3)
        assert_sealed(store, settings)
        snapshot(store, settings, "last.csv", *both)
        assert_sealed(store, settings)
