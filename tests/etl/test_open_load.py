"""A load that is open: what it has written and changed so far is not seen, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph import clock
from graph.cases import CaseFilter, cases
from graph.chain import chain
from graph.duckdb_store import DuckDBWriter
from graph.errors import LoadOpen
from graph.neo4j_store import Neo4jWriter
from graph.rebuild import rebuild
from graph.status import status
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, content, load

HEAD = "id,case,what,when,who,item,stage\n"
FIRST = ("1,A,ask,2024-01-01,Ann,I1,acceptance\n", "2,A,look,2024-01-03,Bob,I1,review\n")
SECOND = (
    "1,A,asked,2024-01-01,Bob,I2,acceptance\n",
    "2,A,look,2024-01-03,Bob,I2,review\n",
    "3,A,between,2024-01-02,Ann,I2,review\n",
    "4,A,end,2024-01-04,Ann,I2,completion\n",
    "5,B,ask,2024-01-01,Cid,I2,acceptance\n",
)
MAPPING = {
    "system": "s",
    "columns": {"event": "id", "case": "case", "activity": "what", "instant": "when", "actor": "who"}
    | {"item": "item", "stage": "stage"},
}


class Cut(Exception):
    """The process that loads ends here."""


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(rows))
    return path


def seen(store: Store) -> tuple[object, ...]:
    """Everything that questions answer of the small archive; `open_load` says that there is one."""
    lists = [
        cases(store, LOCAL_OPERATOR, CaseFilter(**wanted)).items
        for wanted in (
            {},
            {"activity": "ask"},
            {"activity": "asked"},
            {"item": "I2"},
            {"status": "closed"},
            {"actor": "Ann"},
        )
    ]
    held = status(store, LOCAL_OPERATOR)
    counts = {name: n for name, n in {**held.nodes, **held.relationships}.items() if name not in {"Load", "Version"}}
    return lists, chain(store, LOCAL_OPERATOR, "s:A"), counts, held.activities


def test_nothing_of_an_open_load_is_seen_and_all_is_taken_back(
    store_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise Cut

    with archive(store_uri, lease=3600) as (store, settings):
        load(store, settings, write(tmp_path, "one.csv", *FIRST), **MAPPING)
        before, held = seen(store), content(store)
        with monkeypatch.context() as patch:
            for writer in (DuckDBWriter, Neo4jWriter):
                patch.setattr(writer, "commit", cut)
            with pytest.raises(Cut):
                load(store, settings, write(tmp_path, "two.csv", *SECOND), **MAPPING)
        assert status(store, LOCAL_OPERATOR).open_load == 2
        assert seen(store) == before
        open_one = clock.loads(store)[1]
        clock.give_up(store, clock.OpenLoad(2, open_one.holder, resumed=False))
        assert content(store) == held
        load(store, settings, write(tmp_path, "two.csv", *SECOND), **MAPPING)
        after = content(store)
        rebuild(store, settings)
        assert content(store) == after
    with archive(f"duckdb:///{tmp_path / 'other.duckdb'}") as (store, settings):
        load(store, settings, write(tmp_path, "two.csv", *SECOND), **MAPPING)
        whole = content(store)
    assert {n: r for n, r in after.items() if n != "ServiceItem"} == {
        n: r for n, r in whole.items() if n != "ServiceItem"
    }


def test_a_load_that_was_cut_while_it_changed_what_is_seen_is_finished_by_the_next(
    store_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what it had withdrawn and the Versions that it had written are those of one undisturbed load."""
    snapshot = {**MAPPING, "mode": "snapshot"}
    without_one = SECOND[1:]
    with archive(f"duckdb:///{tmp_path / 'whole.duckdb'}", withdrawal_limit=1) as (store, settings):
        for name, rows in (("one.csv", FIRST), ("two.csv", without_one)):
            load(store, settings, write(tmp_path, name, *rows), **snapshot)
        expected, versions = content(store), status(store, LOCAL_OPERATOR).nodes["Version"]

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with archive(store_uri, withdrawal_limit=1, lease=0.01) as (store, settings):
        load(store, settings, write(tmp_path, "one.csv", *FIRST), **snapshot)
        before = seen(store)
        with monkeypatch.context() as patch:
            patch.setattr("graph.clock.is_gone", lambda _: True)
            for writer, step in ((DuckDBWriter, "commit"), (Neo4jWriter, "_apply")):
                patch.setattr(writer, step, cut)
            with pytest.raises(Cut):
                load(store, settings, write(tmp_path, "two.csv", *without_one), **snapshot)
            assert seen(store) == before
        monkeypatch.setattr("graph.clock.is_gone", lambda _: True)
        report = load(store, settings, write(tmp_path, "two.csv", *without_one), **snapshot)
        assert (report.resumed, report.withdrawn) == (True, 1)
        assert content(store) == expected
        assert status(store, LOCAL_OPERATOR).nodes["Version"] == versions


@pytest.mark.neo4j
def test_a_load_that_was_cut_just_before_its_end_is_named_and_finished(
    empty_neo4j: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with archive(empty_neo4j, lease=0.01) as (store, settings):
        load(store, settings, write(tmp_path, "one.csv", *FIRST), **MAPPING)
        was = chain(store, LOCAL_OPERATOR, "s:A")
        finished = type(store).write

        def cut(self: Store, name: str, **params: object) -> object:
            if name == "clock/finish_load":
                raise Cut
            return finished(self, name, **params)

        with monkeypatch.context() as patch:
            patch.setattr(type(store), "write", cut)
            with pytest.raises(Cut):
                load(store, settings, write(tmp_path, "two.csv", *SECOND), **MAPPING)
        monkeypatch.setattr("graph.clock.is_gone", lambda _: True)
        monkeypatch.setattr("graph.clock._CHANGES_SECONDS", 0.1)
        assert chain(store, LOCAL_OPERATOR, "s:A") == was
        with pytest.raises(LoadOpen, match=r"Load 2 of two\.csv has stopped"):
            cases(store, LOCAL_OPERATOR, CaseFilter())
        with pytest.raises(LoadOpen, match="has written everything"):
            clock.abandon(store, 2)
        load(store, settings, write(tmp_path, "two.csv", *SECOND), **MAPPING)
        assert cases(store, LOCAL_OPERATOR, CaseFilter(item="I2")).items
    with archive(f"duckdb:///{tmp_path / 'whole.duckdb'}") as (store, settings):
        for name, rows in (("one.csv", FIRST), ("two.csv", SECOND)):
            load(store, settings, write(tmp_path, name, *rows), **MAPPING)
        expected = content(store)
    with archive(empty_neo4j) as (store, settings):
        assert content(store) == expected


def test_a_load_that_fails_in_a_process_that_goes_on_can_be_taken_back_and_finished(
    store_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = write(tmp_path, "log.csv", *FIRST), write(tmp_path, "other.csv", *SECOND)

    def fail(*_: object) -> None:
        raise ValueError("of the program")

    with archive(store_uri) as (store, settings):
        for finished in (True, False):
            with monkeypatch.context() as patched:
                patched.setattr("etl.load.write", fail)
                with pytest.raises(ValueError, match="of the program"):
                    load(store, settings, path if finished else other, **MAPPING)
            number = clock.loads(store)[-1].number
            if finished:
                assert load(store, settings, path, **MAPPING).resumed
            else:
                with pytest.raises(LoadOpen, match="which stopped before its end"):
                    load(store, settings, path, **MAPPING)
                clock.abandon(store, number)
        assert [one.state for one in clock.loads(store)] == ["done", "abandoned"]
