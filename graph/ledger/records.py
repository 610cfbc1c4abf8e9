"""What the check of a ledger knows of the signed heads and batches while the leaf hashes pass by."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import NoteRejected
from graph.ledger import checkpoint, merkle
from graph.ledger.merkle import HASH_BYTES
from graph.ledger.statements import Batch

if TYPE_CHECKING:
    from graph.ledger.log import Ledger

Add = Callable[..., None]


class Heads:
    """The kept heads, each against the root of as many leaves as it states."""

    def __init__(self, ledger: Ledger, add: Add) -> None:
        self._roots: dict[int, bytes] = {}
        self._folder = ledger.folder / "checkpoints"
        if ledger.head_problem:
            add("checkpoint", "checkpoint", ledger.head_problem)
        for path in sorted(self._folder.glob("[0-9]*"), key=lambda path: (len(path.name), path.name)):
            self._take_up(path, ledger, add)
        self._peaks = merkle.Peaks()
        self._waiting = sorted(self._roots, reverse=True)
        self._good = 0
        self._bad: list[int] = []

    def _take_up(self, path: Path, ledger: Ledger, add: Add) -> None:
        where = f"checkpoints/{path.name}"
        try:
            kept = checkpoint.open_checkpoint(path.read_bytes(), ledger.origin, ledger.verifiers)
            if str(kept.size) != path.name:
                raise NoteRejected(f"It is of {kept.size} entries.")
        except NoteRejected as error:
            add("checkpoint", where, f"{where} is not as it was signed: {error}")
            return
        if kept.size > ledger.size and kept.size <= ledger.size_now():
            # Appended while this check reads.
            return
        if kept.size > ledger.size:
            message = f"{where} was signed, but the ledger has only {ledger.size} entries: it was rolled back."
            add("rolled_back", where, message, ledger.size, kept.size)
        else:
            self._roots[kept.size] = kept.root

    def take(self, row: bytes, root: bytes | None) -> None:
        """Takes up the next leaf hashes: a whole row with its root, or the last one."""
        end = self._peaks.size + len(row) // HASH_BYTES
        if not self._waiting or self._waiting[-1] > end:
            if root is not None:
                self._peaks.add(8, root)
            return
        self._compare()
        for at in range(0, len(row), HASH_BYTES):
            self._peaks.add(0, row[at : at + HASH_BYTES])
            self._compare()

    def _compare(self) -> None:
        while self._waiting and self._waiting[-1] == self._peaks.size:
            size = self._waiting.pop()
            if self._peaks.root() != self._roots[size]:
                self._bad.append(size)
            elif not self._bad:
                self._good = size

    def broken(self) -> tuple[int, int] | None:
        """The entries between the last head that fits and the first that does not."""
        return (self._good, self._bad[0]) if self._bad else None

    def report(self, add: Add) -> None:
        """Reports heads that do not fit entries which the newest head vouches for."""
        if self._waiting == [0] and self._roots[0] != merkle.EMPTY_ROOT:
            self._bad.append(0)
        for size in self._bad:
            where = f"checkpoints/{size}"
            add("checkpoint", where, f"{where} is signed but of another history than the newest one.", 0, size)


class Records:
    """The appended batches, each against the digest of its leaf hashes."""

    def __init__(self, ledger: Ledger, add: Add) -> None:
        self._ledger = ledger
        self._batches: list[tuple[int, int, bytes, str]] = []
        self._broken: list[tuple[int, int, str]] = []
        for each in ledger.open_intents()[1]:
            add("intent", f"intents/{each.path.name}", f"A pending intent is not used: {each.reason}")
        self._read(add)
        self._digest = hashlib.sha256()
        self._size = 0

    def _read(self, add: Add) -> None:
        expected = 0
        seen: set[str] = set()
        for number, text in self._ledger.appended.lines():
            where = f"batches.jsonl:{number}"
            try:
                batch = Batch.opened(text or "", self._ledger.origin, self._ledger.verifiers)
            except NoteRejected as error:
                add("batch", where, f"{where} is not as it was signed: {error}")
                continue
            if batch.size > self._ledger.size:
                # A crash leaves this before the head is signed, with the intent still there; or it is done right now.
                if not self._is_pending(batch) and batch.size > self._ledger.size_now():
                    message = f"{where}: the batch {batch.batch} was appended, but the head has it not."
                    add("rolled_back", where, message, self._ledger.size, batch.size)
                continue
            if batch.first != expected or batch.batch in seen:
                message = f"{where}: the batch {batch.batch} begins at {batch.first}, not at {expected}."
                add("batch", where, message, *sorted((batch.first, expected)))
            seen.add(batch.batch)
            expected = max(expected, batch.size)
            self._batches.append((batch.first, batch.size, batch.digest, batch.batch))
            self._kept(batch, add)
        if expected < self._ledger.size:
            message = f"No batch covers the entries from {expected} on."
            add("batch", "batches.jsonl", message, expected, self._ledger.size)
        self._batches.sort(reverse=True)

    def _is_pending(self, batch: Batch) -> bool:
        try:
            return self._ledger.pending.find(batch.batch, self._ledger.verifiers) is not None
        except (NoteRejected, FileNotFoundError):
            return False

    def _kept(self, batch: Batch, add: Add) -> None:
        where = f"checkpoints/{batch.size}"
        newest = batch.size == self._ledger.size
        if batch.count and not newest and not (self._ledger.folder / where).exists():
            add("checkpoint", where, f"{where} was signed with the batch {batch.batch} and is missing.")

    def take(self, row: bytes) -> None:
        """Takes up the next leaf hashes."""
        start, end = self._size, self._size + len(row) // HASH_BYTES
        while self._batches and self._batches[-1][0] < end:
            first, last, digest, batch = self._batches[-1]
            if first >= start:
                self._digest = hashlib.sha256()
            self._digest.update(row[max(first - start, 0) * HASH_BYTES : (min(last, end) - start) * HASH_BYTES])
            if last > end:
                break
            self._batches.pop()
            if self._digest.digest() != digest:
                self._broken.append((first, last, batch))
        self._size = end

    def broken(self) -> list[tuple[int, int]]:
        """The ranges of the batches whose entries are not those that were signed."""
        return [(first, last) for first, last, _ in self._broken]

    def report(self, add: Add) -> None:
        """Reports batches that do not fit entries which the newest head vouches for."""
        for first, last, batch in self._broken:
            add("batch", "batches.jsonl", f"The batch {batch} states other entries than the ledger has.", first, last)
