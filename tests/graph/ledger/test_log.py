"""The ledger as a whole: appending in any split, reading, and what a crash at any operation leaves."""

from __future__ import annotations

import itertools
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import KeyUnusable, LedgerAltered, LedgerLocked, NotFound, UsageError
from graph.ledger import Ledger, merkle
from tests.graph.ledger.crashes import dies, fails

ORIGIN = "archive.example/ledger"
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def entries(count: int, of: str = "entry") -> list[bytes]:
    return [f'{{"id":"{of} {number}","parts":{{}}}}'.encode() * (1 + number % 3) for number in range(count)]


def append(ledger: Ledger, batch: str, of: list[bytes]) -> None:
    ledger.complete(ledger.prepare(batch, of, {"load": batch}))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder, outside pytest's own so that hypothesis may use many."""
    place = Path(tempfile.mkdtemp())
    yield place / "ledger"
    shutil.rmtree(place)


@settings(max_examples=15)
@given(st.lists(st.integers(0, 300), max_size=5))
def test_the_tree_is_the_same_in_whatever_batches_it_grew(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place, Ledger.create(Path(place) / "ledger", ORIGIN) as ledger:
        all_entries = entries(sum(counts))
        at = 0
        for number, count in enumerate(counts):
            append(ledger, f"batch {number}", all_entries[at : at + count])
            at += count
        leaves = merkle.leaf_hashes(all_entries)
        root = merkle.root_of(leaves)
        assert ledger.size == len(all_entries)
        assert ledger.head().checkpoint.root == ledger.root() == root
        assert list(ledger.entries()) == all_entries
        assert ledger.leaf_hashes().tobytes() == b"".join(leaves)
        assert [(each.first, each.count, each.size) for each in ledger.batches()] == [
            (sum(counts[:number]), count, sum(counts[: number + 1])) for number, count in enumerate(counts)
        ]
        for size in {sum(counts[:number]) for number in range(1, len(counts))} - {0}:
            kept = ledger.checkpoint_at(size).checkpoint
            assert kept.root == merkle.root_of(leaves[:size])
            merkle.verify_consistency(size, ledger.size, kept.root, root, ledger.consistency_proof(size))
            merkle.verify_inclusion(
                size - 1, size, leaves[size - 1], ledger.inclusion_proof(size - 1, size), kept.root
            )
        assert ledger.check() == []


def test_it_reads_what_was_appended_after_it_is_opened_again(folder: Path) -> None:
    some = entries(700)
    some[300] = some[3]
    with Ledger.create(folder, ORIGIN) as ledger:
        append(ledger, "first", some[:10])
        append(ledger, "second", some[10:])
        assert ledger.find([merkle.leaf_hash(some[3])]) == [[3, 300]]
        head = ledger.head()
    with Ledger.open(folder, read_only=True) as ledger:
        assert (ledger.head(), ledger.size, ledger.checkpoint_sizes()) == (head, 700, [0, 10, 700])
        assert ledger.find([merkle.leaf_hash(some[699])]) == [[699]]
        assert ledger.find([merkle.leaf_hash(b"none of them")]) == [[]]
        assert (ledger.entry(256), list(ledger.entries(250, 260))) == (some[256], some[250:260])
        assert ledger.leaf_hashes(255, 257).shape == (2, 32)
        for index in (0, 255, 256, 699):
            proof = ledger.inclusion_proof(index)
            merkle.verify_inclusion(index, 700, merkle.leaf_hash(some[index]), proof, head.checkpoint.root)
        with pytest.raises(NotFound, match="no entry 700"):
            ledger.entry(700)
        with pytest.raises(NotFound, match="11 entries"):
            ledger.checkpoint_at(11)
        with pytest.raises(UsageError, match="reading only"):
            ledger.prepare("third", [], {})


def test_the_copy_of_the_leaves_is_made_anew(folder: Path) -> None:
    with Ledger.create(folder, ORIGIN) as ledger:
        append(ledger, "first", entries(600))
        expected = np.array(ledger.leaf_hashes())
    (folder / "leaves").unlink()
    with Ledger.open(folder, read_only=True) as ledger:
        assert np.array_equal(ledger.leaf_hashes(), expected)
        assert not (folder / "leaves").exists()
    with Ledger.open(folder) as ledger:
        assert np.array_equal(np.fromfile(folder / "leaves", np.uint8).reshape(-1, 32), expected)
        assert ledger.check() == []


def test_whole_tiles_replace_the_partial_ones(folder: Path) -> None:
    with Ledger.create(folder, ORIGIN) as ledger:
        append(ledger, "first", entries(200))
        reader = Ledger.open(folder, read_only=True)
        append(ledger, "second", entries(400))
        found = sorted(str(each.relative_to(folder)) for each in (folder / "tile").rglob("*") if each.is_file())
    assert found == [
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/88",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/88",
    ]
    # Who opened it before reads the tree of its size out of the whole ones.
    assert list(reader.entries()) == entries(200)
    assert reader.check() == []
    reader.refresh()
    assert reader.size == 600


def test_a_batch_is_appended_once(folder: Path) -> None:
    with Ledger.create(folder, ORIGIN) as ledger:
        intent = ledger.prepare("first", entries(3), {"rows": 3})
        with pytest.raises(UsageError, match="pending already"):
            ledger.prepare("first", entries(3), {})
        done = ledger.complete(intent)
        assert ledger.complete(intent) == done
        with pytest.raises(UsageError, match="in the ledger already"):
            ledger.prepare("first", entries(3), {})
        with pytest.raises(UsageError, match="in the ledger already"):
            ledger.discard(intent)
        assert (ledger.size, [each.meta for each in ledger.batches()]) == (3, [{"rows": 3}])


def test_several_batches_may_be_pending_and_one_be_dropped(folder: Path) -> None:
    with Ledger.create(folder, ORIGIN) as ledger:
        first, second, third = (ledger.prepare(name, entries(5, name), {}) for name in ("a", "b", "c"))
    with Ledger.open(folder) as ledger:
        assert ledger.open_intents() == ([first, second, third], [])
        ledger.discard(second)
        ledger.complete(third)
        ledger.complete(first)
        with pytest.raises(NotFound, match="b is not pending"):
            ledger.complete(second)
        assert list(ledger.entries()) == entries(5, "c") + entries(5, "a")
        assert (ledger.open_intents(), ledger.check()) == (([], []), [])


@pytest.mark.parametrize("suffix", ["intent", "entries"])
def test_an_altered_intent_is_told_and_not_used(folder: Path, suffix: str) -> None:
    with Ledger.create(folder, ORIGIN) as ledger:
        intent = ledger.prepare("first", entries(5), {})
        path = next((folder / "intents").glob(f"*.{suffix}"))
        path.write_bytes(path.read_bytes().replace(b"5" if suffix == "intent" else b"entry 4", b"6"))
        usable, refused = ledger.open_intents()
        assert (usable, len(refused)) == ([], 1)
        assert [each.kind for each in ledger.check()] == ["intent"]
        with pytest.raises(Exception, match=r"invalid|not those|within an entry|No known key"):
            ledger.complete(intent)
        assert (ledger.size, list(ledger.batches())) == (0, [])


def test_one_writer_at_a_time(folder: Path) -> None:
    with Ledger.create(folder, ORIGIN):
        with pytest.raises(LedgerLocked, match=r"process [0-9]+ on"):
            Ledger.open(folder)
        Ledger.open(folder, read_only=True).close()
    Ledger.open(folder).close()


def test_a_ledger_that_was_rolled_back_is_not_written(folder: Path) -> None:
    with Ledger.create(folder, ORIGIN) as ledger:
        append(ledger, "first", entries(5))
        append(ledger, "second", entries(5))
    shutil.copy(folder / "checkpoints" / "5", folder / "checkpoint")
    with pytest.raises(LedgerAltered, match="rolled back"):
        Ledger.open(folder)
    with Ledger.open(folder, read_only=True) as ledger:
        assert {each.kind for each in ledger.check()} == {"rolled_back"}


def test_the_key_is_its_owners_alone(folder: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "key.pem"
    Ledger.create(folder, ORIGIN, key_file).close()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    key_file.chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        Ledger.open(folder, key_file)
    key_file.chmod(0o600)
    Ledger.create(tmp_path / "other", "other.example/ledger").close()
    with pytest.raises(KeyUnusable, match="not that of"):
        Ledger.open(folder, tmp_path / "other" / "keys" / "signing.pem")
    with pytest.raises(UsageError, match="There is a ledger"):
        Ledger.create(folder, ORIGIN, key_file)


def _tiles(folder: Path) -> dict[str, bytes]:
    found = [*(folder / "tile").rglob("*"), folder / "leaves"]
    return {str(each.relative_to(folder)): each.read_bytes() for each in found if each.is_file()}


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A new folder in memory where there is such a place: forcing hundreds of files to a disk takes long."""
    place = Path(tempfile.mkdtemp(dir=MEMORY))
    yield place
    shutil.rmtree(place)


@pytest.mark.slow
@pytest.mark.parametrize("power_lost", [False, True], ids=["killed", "power lost"])
def test_a_crash_at_any_operation_leaves_the_state_before_or_after(in_memory: Path, power_lost: bool) -> None:
    old, new = entries(250), entries(20, "new")
    start = in_memory / "start"
    with Ledger.create(start, ORIGIN) as ledger:
        append(ledger, "one", old[:240])
        append(ledger, "two", old[240:])
    whole = in_memory / "whole"
    shutil.copytree(start, whole)
    with Ledger.open(whole) as ledger:
        append(ledger, "three", new)
    expected = _tiles(whole)
    seen = set()
    for at in itertools.count(1):
        folder = in_memory / "crashed"
        shutil.copytree(start, folder)

        def act(folder: Path = folder) -> None:
            with Ledger.open(folder) as ledger:
                append(ledger, "three", new)

        if not dies(act, at, power_lost=power_lost):
            break
        with Ledger.open(folder, read_only=True) as ledger:
            assert ledger.check() == [], at
        with Ledger.open(folder) as ledger:
            seen.add(_state(ledger, old, new))
            pending, refused = ledger.open_intents()
            assert refused == []
            for intent in pending:
                ledger.complete(intent)
            if ledger.size == 250:
                append(ledger, "three", new)
            assert [each.batch for each in ledger.batches()] == ["one", "two", "three"]
            assert ledger.checkpoint_sizes() == [0, 240, 250, 270]
            assert ledger.check() == []
        assert _tiles(folder) == expected, at
        assert not list((folder / "intents").iterdir())
        assert not list(folder.glob(".tmp-*"))
        shutil.rmtree(folder)
    assert seen == {"before", "pending", "after"}


def _state(ledger: Ledger, old: list[bytes], new: list[bytes]) -> str:
    """Which of the three allowed states it is in, by all that it holds."""
    held = list(ledger.entries())
    pending = [each.batch for each in ledger.open_intents()[0]]
    states = {
        "before": (old, [], ["one", "two"]),
        "pending": (old, ["three"], ["one", "two"]),
        "after": (old + new, [], ["one", "two", "three"]),
    }
    done = [each.batch for each in ledger.batches()]
    return next(name for name, state in states.items() if state == (held, pending, done))


def test_a_full_disk_at_any_operation_can_be_made_good_by_doing_it_again(in_memory: Path) -> None:
    old, new = entries(250), entries(20, "new")
    for at in itertools.count(1):
        folder = in_memory / "ledger"
        with Ledger.create(folder, ORIGIN) as ledger:
            append(ledger, "one", old)

            def act(ledger: Ledger = ledger) -> None:
                append(ledger, "two", new)

            failed = fails(act, at)
            for intent in ledger.open_intents()[0]:
                ledger.complete(intent)
            if not any(each.batch == "two" for each in ledger.batches()):
                append(ledger, "two", new)
            append(ledger, "three", new)
            assert list(ledger.entries()) == old + new + new
            assert [each.batch for each in ledger.batches()] == ["one", "two", "three"]
            assert ledger.check() == []
        assert not list((folder / "intents").iterdir())
        shutil.rmtree(folder)
        if not failed:
            break
    assert at > 30


@pytest.mark.slow
def test_a_crash_while_the_key_is_replaced_leaves_one_that_signs(in_memory: Path) -> None:
    keys_seen = set()
    for at in itertools.count(1):
        folder = in_memory / "ledger"
        with Ledger.create(folder, ORIGIN) as ledger:
            append(ledger, "one", entries(3))
            first = ledger.verifiers[0]

        def act(folder: Path = folder) -> None:
            with Ledger.open(folder) as ledger:
                ledger.rotate_key()

        died = dies(act, at)
        with Ledger.open(folder, trusted=first) as ledger:
            append(ledger, "two", entries(3))
            assert (ledger.size, ledger.check()) == (6, [])
            keys_seen.add(len(ledger.verifiers))
        assert sorted(each.name for each in (folder / "keys").iterdir() if each.suffix != ".note") == [
            "first.vkey",
            "signing.pem",
        ]
        shutil.rmtree(folder)
        if not died:
            break
    assert keys_seen == {1, 2}


def test_a_ledger_that_was_half_made_can_be_made(in_memory: Path) -> None:
    for at in itertools.count(1):
        folder = in_memory / "ledger"
        died = dies(lambda folder=folder: Ledger.create(folder, ORIGIN).close(), at)
        if not (folder / "checkpoint").exists():
            with pytest.raises(NotFound):
                Ledger.open(folder)
            Ledger.create(folder, ORIGIN).close()
        with Ledger.open(folder) as ledger:
            append(ledger, "one", entries(3))
            assert (ledger.size, ledger.check()) == (3, [])
        shutil.rmtree(folder)
        if not died:
            break
    assert at > 10


def test_readers_under_one_head_share_what_was_read(in_memory: Path) -> None:
    with Ledger.create(in_memory / "log", "example.org/log") as ledger:
        append(ledger, "a", entries(300))
        first = Ledger.open(in_memory / "log", read_only=True, shared=True)
        paths = [first.inclusion_proof(index) for index in range(300)]
        second = Ledger.open(in_memory / "log", read_only=True, shared=True)
        assert second.tiles is first.tiles
        assert Ledger.open(in_memory / "log", read_only=True).tiles is not first.tiles
        append(ledger, "b", entries(300, "b"))
        third = Ledger.open(in_memory / "log", read_only=True, shared=True)
    assert third.tiles is not first.tiles
    for index, entry in enumerate(entries(300)):
        merkle.verify_inclusion(index, 300, merkle.leaf_hash(entry), paths[index], first.root(300))
        merkle.verify_inclusion(index, 600, merkle.leaf_hash(entry), third.inclusion_proof(index), third.root())
    assert third.find([merkle.leaf_hash(entry) for entry in [*entries(3), b"none"]]) == [[0], [1], [2], []]
