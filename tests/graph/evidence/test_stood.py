"""As it stood, proved: answers with proofs against the checkpoint of their time, on both engines."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from graph import clock
from graph.errors import NotFound
from graph.evidence.home import NO_LEDGER
from graph.evidence.ledger_answers import consistency, ledger_state, prove
from graph.evidence.stood import Evidence, chain_proved, dossier_proved, reuse_proved
from graph.ledger.checkpoint import open_checkpoint
from graph.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from graph.ledger.note import verifier
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive, load, log
from tests.graph.sample import LI, ZHANG, write_all

FIRST = "1,open,2024-01-02 10:00:00,王五,窗口,r,web,x"
LATER = "1,open,2024-01-02 10:00:00,赵六,窗口,r,web,x"


@pytest.fixture
def sealed(tmp_path: Path) -> dict[str, Any]:
    return {"ledger": str(tmp_path / "ledger")}


def check(evidence: Evidence) -> None:
    """Every proof leads to the root of the signed checkpoint."""
    keys = [verifier(key) for key in evidence.keys]
    assert evidence.checkpoint is not None
    head = open_checkpoint(evidence.checkpoint, keys[0].name, keys)
    assert head.size == evidence.size
    assert evidence.proofs
    for one in evidence.proofs:
        path = [base64.b64decode(text) for text in one.path]
        verify_inclusion(one.index, head.size, leaf_hash(one.entry.encode()), path, head.root)
        assert int(json.loads(one.entry)["id"].rpartition("@")[2]) <= evidence.load


def test_a_chain_is_proved_as_it_stood_and_as_it_stands(
    tmp_path: Path, store_uri: str, sealed: dict[str, Any]
) -> None:
    with archive(store_uri, **sealed) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", FIRST), system="s")
        then = clock.loads(store)[0].committed_at
        before = chain_proved(store, settings, LOCAL_OPERATOR, "s:1")
        load(store, settings, log(tmp_path, "log.csv", FIRST, LATER), system="s")
        now = chain_proved(store, settings, LOCAL_OPERATOR, "s:1")
        again = chain_proved(store, settings, LOCAL_OPERATOR, "s:1", then)
        for one in (before, now, again):
            assert (one.evidence.state, one.evidence.unproved) == ("proved", [])
            check(one.evidence)
        assert again == before
        assert (again.evidence.load, now.evidence.load) == (1, 2)
        assert again.evidence.size < now.evidence.size
        grown = consistency(store, settings, LOCAL_OPERATOR, again.evidence.size)
        keys = [verifier(key) for key in now.evidence.keys]
        old, new = (
            open_checkpoint(note or "", keys[0].name, keys) for note in (grown.old_checkpoint, grown.new_checkpoint)
        )
        verify_consistency(old.size, new.size, old.root, new.root, [base64.b64decode(p) for p in grown.proof])


def test_dossier_and_reuse_are_proved(store_uri: str, sealed: dict[str, Any]) -> None:
    with archive(store_uri, **sealed) as (store, settings):
        write_all(store, settings)
        for one in (
            dossier_proved(store, settings, LOCAL_OPERATOR, LI),
            dossier_proved(store, settings, LOCAL_OPERATOR, ZHANG),
            reuse_proved(store, settings, LOCAL_OPERATOR, ZHANG, ["card"]),
        ):
            assert (one.evidence.state, one.evidence.unproved) == ("proved", [])
            check(one.evidence)


def test_what_is_altered_is_not_proved(tmp_path: Path, duckdb_uri: str, sealed: dict[str, Any]) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", FIRST), system="s")
        store.cursor().execute("UPDATE \"Event\" SET activity = 'closed'")  # type: ignore[attr-defined]
        found = chain_proved(store, settings, LOCAL_OPERATOR, "s:1").evidence
        assert found.state == "altered"
        assert [text.partition(":")[0] for text in found.unproved] == ["Event"]
        event = found.unproved[0].partition("@")[0]
        assert not prove(store, settings, LOCAL_OPERATOR, event).proved
        assert prove(store, settings, LOCAL_OPERATOR, "Case:s:1").proved


def test_a_record_that_is_not_there_has_no_proof(tmp_path: Path, duckdb_uri: str, sealed: dict[str, Any]) -> None:
    with archive(duckdb_uri, **sealed) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", FIRST), system="s")
        with pytest.raises(NotFound):
            prove(store, settings, LOCAL_OPERATOR, "Case:none")


def test_without_a_ledger_nothing_is_proved(tmp_path: Path, duckdb_uri: str) -> None:
    with archive(duckdb_uri, ledger=NO_LEDGER) as (store, settings):
        load(store, settings, log(tmp_path, "log.csv", FIRST), system="s")
        assert chain_proved(store, settings, LOCAL_OPERATOR, "s:1").evidence.state == "none"
        state = ledger_state(store, settings, LOCAL_OPERATOR)
        assert (state.kept, state.size, state.unsealed) == (False, 0, [1])
