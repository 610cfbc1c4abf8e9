"""What the check of a ledger says of changes made behind its back: the right file, entry or batch is named."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import LedgerAltered
from graph.ledger import Ledger, checkpoint, keys, merkle
from graph.ledger.checkpoint import Checkpoint
from graph.ledger.tiles import pack, unpack

ORIGIN = "archive.example/ledger"
SIZE = 700
BATCHES = ((0, 100), (100, 300), (300, SIZE))


@pytest.fixture(scope="module")
def whole() -> Iterator[Path]:
    """A ledger of three batches that nobody touches."""
    place = Path(tempfile.mkdtemp())
    with Ledger.create(place / "ledger", ORIGIN) as ledger:
        for start, end in BATCHES:
            ledger.complete(
                ledger.prepare(f"batch {start}", (b"entry %04d" % each for each in range(start, end)), {})
            )
    yield place / "ledger"
    shutil.rmtree(place)


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to alter."""
    return Path(shutil.copytree(whole, tmp_path / "ledger"))


def found(folder: Path) -> set[tuple[str, str, int | None, int | None]]:
    with Ledger.open(folder, read_only=True) as ledger:
        return {(each.kind, each.where, each.first, each.end) for each in ledger.check()}


def alter(path: Path, change: Callable[[bytes], bytes]) -> None:
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before


def rewrite_entry(folder: Path, index: int) -> bytes:
    """Replaces an entry in its bundle; gives the new leaf hash."""
    path = folder / "tile/entries" / f"{index // 256:03d}"
    entries = unpack(path.read_bytes())
    entries[index % 256] = b"forged %03d" % index
    path.write_bytes(pack(entries))
    return merkle.leaf_hash(entries[index % 256])


def put(path: Path, index: int, leaf: bytes) -> None:
    alter(path, lambda data: data[: index * 32] + leaf + data[index * 32 + 32 :])


def test_an_untouched_ledger_has_no_findings(whole: Path) -> None:
    seen = []
    with Ledger.open(whole, read_only=True) as ledger:
        assert ledger.check(lambda done, total: seen.append((done, total))) == []
    assert seen == [(256, SIZE), (512, SIZE), (SIZE, SIZE)]


def test_an_altered_entry_is_named(folder: Path) -> None:
    rewrite_entry(folder, 300)
    assert found(folder) == {("entry", "tile/entries/001", 300, 301)}


def test_two_entries_that_changed_places_are_named(folder: Path) -> None:
    path = folder / "tile/entries/002.p/188"
    entries = unpack(path.read_bytes())
    entries[3], entries[180] = entries[180], entries[3]
    path.write_bytes(pack(entries))
    assert found(folder) == {("entry", "tile/entries/002.p/188", index, index + 1) for index in (515, 692)}


def test_an_entry_is_named_where_its_tile_was_made_to_fit(folder: Path) -> None:
    put(folder / "tile/0/001", 300 - 256, rewrite_entry(folder, 300))
    assert found(folder) == {("entry", "tile/entries/001", 300, 301), ("tile", "tile/0/001", 256, 512)}


def test_the_batch_is_named_where_everything_unsigned_was_made_to_fit(folder: Path) -> None:
    leaf = rewrite_entry(folder, 310)
    put(folder / "tile/0/001", 310 - 256, leaf)
    put(folder / "leaves", 310, leaf)
    put(folder / "tile/1/000.p/2", 1, merkle.perfect_root((folder / "tile/0/001").read_bytes()))
    assert found(folder) == {("root", "checkpoint", 300, SIZE)}


@pytest.mark.parametrize(
    ("path", "first", "end"),
    [("tile/0/000", 0, 256), ("tile/0/002.p/188", 512, SIZE), ("tile/1/000.p/2", 0, SIZE)],
)
def test_an_altered_or_missing_tile_is_named(folder: Path, path: str, first: int, end: int) -> None:
    kept = (folder / path).read_bytes()
    put(folder / path, 1, bytes(32))
    assert found(folder) == {("tile", path, first, end)}
    (folder / path).write_bytes(kept[:-1])
    assert found(folder) == {("tile", path, first, end)}
    (folder / path).unlink()
    assert found(folder) == {("tile", path, first, end)}


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:100], lambda data: b"\xff" + data[1:]])
def test_a_broken_bundle_is_named(folder: Path, change: Callable[[bytes], bytes]) -> None:
    alter(folder / "tile/entries/001", change)
    assert found(folder) == {("bundle", "tile/entries/001", 256, 512)}


def test_an_altered_head_is_told_and_the_kept_one_used(folder: Path) -> None:
    alter(folder / "checkpoint", lambda data: data.replace(b"\n700\n", b"\n701\n"))
    assert found(folder) == {("checkpoint", "checkpoint", None, None)}
    with pytest.raises(LedgerAltered, match="checkpoint"):
        Ledger.open(folder)


def test_an_altered_or_missing_kept_checkpoint_is_named(folder: Path) -> None:
    alter(folder / "checkpoints/100", lambda data: data.replace(b"\n100\n", b"\n99\n"))
    (folder / "checkpoints/300").unlink()
    assert found(folder) == {
        ("checkpoint", "checkpoints/100", None, None),
        ("checkpoint", "checkpoints/300", None, None),
    }


def test_a_signed_checkpoint_of_another_history_is_named(folder: Path) -> None:
    forked = Checkpoint(ORIGIN, 300, merkle.leaf_hash(b"other"))
    (folder / "checkpoints/300").write_text(checkpoint.sign(forked, keys.read(folder / "keys/signing.pem", ORIGIN)))
    assert found(folder) == {("checkpoint", "checkpoints/300", 0, 300)}


def test_a_line_of_the_batches_that_was_altered_or_taken_out_is_named(folder: Path) -> None:
    path = folder / "batches.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"batch 100", b"batch 101") + lines[2])
    assert found(folder) == {
        ("batch", "batches.jsonl:2", None, None),
        ("batch", "batches.jsonl:3", 100, 300),
    }
    path.write_bytes(lines[0] + lines[2])
    assert found(folder) == {("batch", "batches.jsonl:2", 100, 300)}
    path.write_bytes(lines[0] + lines[1])
    assert found(folder) == {("batch", "batches.jsonl", 300, SIZE)}


def test_an_altered_copy_of_the_leaves_is_told(folder: Path) -> None:
    put(folder / "leaves", 600, bytes(32))
    assert found(folder) == {("copy", "leaves", 512, SIZE)}


def test_a_history_that_was_cut_off_is_told(folder: Path) -> None:
    shutil.copy(folder / "checkpoints/300", folder / "checkpoint")
    (folder / "checkpoints/700").unlink()
    assert found(folder) == {("rolled_back", "batches.jsonl:3", 300, SIZE)}


@pytest.fixture(scope="module")
def altered(whole: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp())
    yield Path(shutil.copytree(whole, place / "ledger"))
    shutil.rmtree(place)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bit_that_flips_is_found_where_it_is(altered: Path, data: st.DataObject) -> None:
    paths = sorted(each for each in [*altered.glob("tile/**/*"), altered / "leaves"] if each.is_file())
    path = data.draw(st.sampled_from(paths))
    before = path.read_bytes()
    at, bit = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(0, 7))
    path.write_bytes(before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :])
    try:
        findings = found(altered)
    finally:
        path.write_bytes(before)
    assert {where for _, where, _, _ in findings} == {str(path.relative_to(altered))}
