"""What is kept of a load: read once, for its store and its load only."""

from __future__ import annotations

from pathlib import Path

from graph.dossier import dossier
from graph.in_force import files_of
from graph.kept import kept, kept_already
from graph.library import library
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, last
from tests.graph.sample import ZHANG, write_all


def test_it_belongs_to_its_store_and_its_load(tmp_path: Path) -> None:
    with (
        archive(f"duckdb:///{tmp_path / 'a.duckdb'}") as (one, _),
        archive(f"duckdb:///{tmp_path / 'b.duckdb'}") as (
            other,
            _,
        ),
    ):
        answers = iter(range(10))
        read = answers.__next__
        assert [kept(one, 1, "x", read), kept(one, 1, "x", read), kept(one, 1, "y", read)] == [0, 0, 1]
        assert [kept(other, 1, "x", read), kept(one, 2, "x", read), kept(one, 1, "x", read)] == [2, 3, 4]
        assert (kept_already(one, 1, "x", int), kept_already(one, 1, "y", int)) == (4, None)
        assert kept_already(other, 1, "x", int) == 2


def test_each_load_is_answered_as_if_nothing_had_been_asked_before(tmp_path: Path) -> None:
    """Dossier and library after every load, in a store that was asked all along and in one that was not."""
    with archive(f"duckdb:///{tmp_path / 'asked.duckdb'}") as (store, settings):
        write_all(store, settings)
        committed = [one.committed_at for one in files_of(store, last(store)).values()]
        again = [dossier(store, LOCAL_OPERATOR, ZHANG, at) for at in committed[1:] for _ in range(2)]
        whole = library(store, LOCAL_OPERATOR)
        assert library(store, LOCAL_OPERATOR) == whole
    for at, answer in zip(committed[1:], again[::2], strict=True):
        with archive(f"duckdb:///{tmp_path / 'asked.duckdb'}") as (store, _):
            assert dossier(store, LOCAL_OPERATOR, ZHANG, at) == answer
            assert library(store, LOCAL_OPERATOR) == whole
    assert again[::2] == again[1::2]
