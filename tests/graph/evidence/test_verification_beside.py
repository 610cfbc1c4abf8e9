"""A large archive is verified by several processes side by side: the outcome is that of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from graph.evidence import verification
from graph.evidence.verification import Verification, verify
from graph.ledger import check_beside
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.evidence.grown import grow
from tests.graph.evidence.raw import raw
from tests.graph.evidence.tampering import with_other_bit

Alter = Callable[[Path], object]


def entry(ledger: Path) -> None:
    _other_bit(ledger / "tile/entries/000")


def tile(ledger: Path) -> None:
    _other_bit(ledger / "tile/0/000")


def copy(ledger: Path) -> None:
    _other_bit(ledger / "leaves")


def head(ledger: Path) -> None:
    _other_bit(ledger / "checkpoint")


def nothing(_ledger: Path) -> None:
    """Leaves the ledger as it is."""


def _other_bit(path: Path) -> None:
    path.write_bytes(with_other_bit(path.read_bytes(), Random(4)))


def said(outcome: Verification) -> tuple[object, ...]:
    found = sorted(one.model_dump_json() for one in outcome.found)
    return found, outcome.exit_code, outcome.entries, outcome.records, sorted(outcome.unchecked), outcome.notes


@pytest.mark.parametrize("alter", [nothing, entry, tile, copy, head])
def test_the_outcome_is_the_same(
    tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch, alter: Alter
) -> None:
    with archive(duckdb_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        store.prepare()
        grow(store, settings, tmp_path / "scans", Random(3), 15)
        clean = verify(store, settings, LOCAL_OPERATOR)
        held = raw(store)
        held.delete("Event", held.rows("Event")[0])
        alter(tmp_path / "ledger")
        alone = verify(store, settings, LOCAL_OPERATOR)
        monkeypatch.setattr(verification, "_LARGE", 0)
        beside = verify(store, settings, LOCAL_OPERATOR)
    assert clean.found == []
    assert said(beside) == said(alone)
    assert any(one.kind == "missing" and one.label == "Event" for one in beside.found)
    assert any(one.label is None for one in beside.found) == (alter is not nothing)


def test_a_check_whose_process_was_killed_is_made_here(
    tmp_path: Path, duckdb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[check_beside.CheckBeside] = []
    begin = check_beside.CheckBeside.__init__

    def killed(self: check_beside.CheckBeside, ledger: object) -> None:
        begin(self, ledger)  # type: ignore[arg-type]
        self._process.kill()
        begun.append(self)

    monkeypatch.setattr(verification, "_LARGE", 0)
    monkeypatch.setattr(check_beside.CheckBeside, "__init__", killed)
    with archive(duckdb_uri, ledger=str(tmp_path / "ledger")) as (store, settings):
        store.prepare()
        grow(store, settings, tmp_path / "scans", Random(3), 15)
        entry(tmp_path / "ledger")
        outcome = verify(store, settings, LOCAL_OPERATOR)
    assert [one._process.returncode for one in begun] == [-9]
    assert [one.id for one in outcome.found] == ["tile/entries/000"]
