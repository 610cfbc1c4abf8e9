"""The ledger: an append-only log of opaque entries with a signed head, appended to in two steps.

`prepare` puts a batch and a signed intent on the disk; `complete` appends exactly that batch, and can be redone after
a crash at any point of it. What counts is the file `checkpoint`: everything it speaks of is on the disk before it is.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from graph.errors import LedgerAltered, NoteRejected, NotFound, UsageError
from graph.ledger import checkpoint, files, keys, merkle, note
from graph.ledger.batches import Batches
from graph.ledger.check import Finding, Progress, check
from graph.ledger.checkpoint import Checkpoint
from graph.ledger.intents import Intents, Part, RefusedIntent, refuse_second
from graph.ledger.leaves import Hashes, Leaves
from graph.ledger.levels import ComputedRows, root_over
from graph.ledger.shared_reading import shared_reading
from graph.ledger.statements import Batch, Intent, check_batch
from graph.ledger.tiles import WIDTH, Tiles, unpack, width_of
from graph.ledger.writer_lock import WriterLock


class Head(NamedTuple):
    """A signed head: what it states, and the note as it was signed."""

    checkpoint: Checkpoint
    note: str


class Ledger:
    """One log in one folder. Made by `create` or `open`; a context manager that closes it."""

    def __init__(
        self,
        folder: Path,
        verifiers: list[note.Verifier],
        signer: keys.SigningKey | None,
        lock: WriterLock | None,
        *,
        shared: bool = False,
    ) -> None:
        self.folder = folder
        self.verifiers = verifiers
        self.origin = verifiers[0].name
        self._signer = signer
        self._lock = lock
        self._key_file = _key_file(folder, None)
        self._one_at_a_time = threading.RLock()
        self._unfinished = True
        self.tiles = Tiles(folder)
        self.leaves = Leaves(folder, self.tiles)
        self.pending = Intents(folder / "intents", self.origin)
        self.appended = Batches(folder / "batches.jsonl", self.origin)
        self.head_problem: str | None = None
        self._head = self._read_head()
        if shared:
            self.tiles, self.leaves = shared_reading(self.tiles, self.leaves, self._head.note)

    @classmethod
    def create(cls, folder: Path, origin: str, key_file: Path | None = None) -> Ledger:
        """Makes an empty ledger and opens it for writing.

        `origin` names the log in all it signs, such as `archive.example.org/ledger`. The signing key is the one in
        `key_file` (by default `keys/signing.pem` in the folder), made where there is none. Raises UsageError where
        there is a ledger already.
        """
        keys.check_name(origin)
        if (folder / "checkpoint").exists():
            raise UsageError(f"There is a ledger in {folder} already.", "Open it, or name another folder.")
        files.make_folder(folder)
        lock = WriterLock(folder)
        try:
            path = _key_file(folder, key_file)
            signer = keys.read(path, origin) if path.exists() else keys.create(path, origin)
            keys.publish_first(folder / "keys", signer.verifier)
            empty = checkpoint.sign(Checkpoint(origin, 0, merkle.EMPTY_ROOT), signer)
            files.write_durably(folder / "checkpoint", empty.encode())
        finally:
            lock.release()
        return cls.open(folder, key_file)

    @classmethod
    def open(
        cls,
        folder: Path,
        key_file: Path | None = None,
        *,
        read_only: bool = False,
        trusted: note.Verifier | None = None,
        shared: bool = False,
    ) -> Ledger:
        """Opens a ledger; for writing, also takes its lock and finishes or takes back what a crash left.

        `trusted` is the ledger's first verifier key where the caller holds it; else that in the folder is believed.
        `shared`, for reading only, takes tiles from memory that others have read in this process for the same head.
        Raises NotFound where there is no ledger, LedgerLocked where another process writes it, KeyUnusable,
        LedgerAltered where the head or the keys are not what was signed. Opened for reading only, a ledger with an
        altered head shows its newest kept one, and `check` tells of it.
        """
        if not any((folder / name).exists() for name in ("checkpoint", "checkpoints", "tile")):
            raise NotFound(f"There is no ledger in {folder}.", "Make one, or name the folder that it is in.")
        origin = trusted.name if trusted else _origin(folder)
        if read_only:
            return cls(folder, keys.chain(folder / "keys", origin, trusted), None, None, shared=shared)
        lock = WriterLock(folder)
        try:
            path = _key_file(folder, key_file)
            keys.finish_rotation(folder / "keys", path, origin)
            known = keys.chain(folder / "keys", origin, trusted)
            signer = keys.read(path, origin)
            if signer.verifier != known[-1]:
                raise keys.not_the_newest(path, known[-1])
            found = cls(folder, known, signer, lock)
            found._key_file = path
            found._finish()
        except BaseException:
            lock.release()
            raise
        return found

    def close(self) -> None:
        """Gives up the lock; the ledger is not to be used any more."""
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """The number of entries that the head covers."""
        return self._head.checkpoint.size

    def head(self) -> Head:
        """The newest signed head."""
        return self._head

    def refresh(self) -> None:
        """Reads the head anew: what another process has appended is seen from here on."""
        self.verifiers = keys.chain(self.folder / "keys", self.origin, self.verifiers[0])
        self._head = self._read_head()
        self.appended.forget()

    def stand_at(self, note: str) -> None:
        """Takes a head that was signed for the newest: what was appended after it is not looked at.

        Raises NoteRejected where it is none of this ledger.
        """
        self._head = self._opened(note)

    def size_now(self) -> int:
        """The size that the head on the disk states now, where another process has appended since it was read."""
        try:
            return self._opened((self.folder / "checkpoint").read_text("utf-8")).checkpoint.size
        except (OSError, UnicodeDecodeError, NoteRejected):
            return self.size

    def checkpoint_sizes(self) -> list[int]:
        """The sizes of all heads that were ever signed and are kept, smallest first."""
        folder = self.folder / "checkpoints"
        kept = [int(each.name) for each in folder.iterdir() if each.name.isdecimal()] if folder.is_dir() else []
        return sorted({*kept, self.size})

    def checkpoint_at(self, size: int) -> Head:
        """The kept head of that size. Raises NotFound where none was signed, NoteRejected where it was altered."""
        if size == self.size:
            return self._head
        try:
            return self._opened(self._kept(size).read_text("utf-8"))
        except FileNotFoundError as error:
            raise NotFound(f"No checkpoint of {size} entries is kept.", "Ask for one that was signed.") from error
        except UnicodeDecodeError as error:
            raise NoteRejected(f"The kept checkpoint of {size} entries is not UTF-8.") from error

    def entry(self, index: int) -> bytes:
        """One entry. Raises NotFound where the ledger has none at that index."""
        if not 0 <= index < self.size:
            raise NotFound(f"The ledger has no entry {index}; it has {self.size}.", "Ask for one from 0 on.")
        number, place = divmod(index, WIDTH)
        return self.tiles.entry(number, place, width_of(self.size, 0, number))

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The entries start..end in their order, read bundle by bundle; end is cut to the size."""
        size = self.size
        end = size if end is None else min(end, size)
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            found = unpack(self.tiles.bundle(number, width_of(size, 0, number)))
            yield from found[max(start - first, 0) : end - first]

    def leaf_hashes(self, start: int = 0, end: int | None = None) -> Hashes:
        """The leaf hashes of entries start..end, one a row of 32 bytes; end is cut to the size.

        Read from a copy of the tiles; `check` compares that copy.
        """
        size = self.size
        return self.leaves.read(start, size if end is None else min(end, size), size)

    def copy_is_signed(self) -> bool:
        """Whether the copy of the leaf hashes leads to the signed root: then it is what was signed."""
        leaves = self.leaf_hashes()
        rows = ComputedRows(
            lambda number: leaves[number * WIDTH : (number + 1) * WIDTH].tobytes(),
            (leaves[start : start + WIDTH].tobytes() for start in range(0, len(leaves), WIDTH)),
        )
        return root_over(rows, self.size) == self._head.checkpoint.root

    def find(self, leaf_hashes: Sequence[bytes]) -> list[list[int]]:
        """For each of some leaf hashes the indexes of the entries that have it, in their order."""
        return self.leaves.find(leaf_hashes, self.size)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of an entry in the tree of `size` entries (by default the head's), bottom up."""
        return self.inclusion_proofs([index], size)[0]

    def inclusion_proofs(self, indexes: Sequence[int], size: int | None = None) -> list[list[bytes]]:
        """The audit paths of several entries in one tree, which share what is read of it."""
        return merkle.inclusion_proofs(indexes, self._no_more(size), self.tiles.subtrees(self.size))

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of `new` entries (by default the head's) begins with that of `old` entries."""
        new = self._no_more(new)
        return merkle.consistency_proof(old, new, self.tiles.subtrees(self.size))

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries, computed from the tiles."""
        return merkle.root(self._no_more(size), self.tiles.subtrees(self.size))

    def batches(self) -> Iterator[Batch]:
        """The batches that were appended, in their order, their signatures checked. Raises LedgerAltered."""
        return self.appended.read(self.verifiers, self.size)

    def check(self, progress: Progress | None = None) -> list[Finding]:
        """What is not as it was signed in this ledger; `progress` gets the entries read and their total."""
        return check(self, progress)

    def open_intents(self) -> tuple[list[Intent], list[RefusedIntent]]:
        """The pending batches, and the intents found that are not used because they are not as they were signed."""
        found, refused = self.pending.all(self.verifiers)
        return [each for each in found if not self._is_appended(each.batch)], refused

    def pending_entries(self, intent: Intent) -> Iterator[bytes]:
        """The entries of a pending batch. Raises LedgerAltered where they are not those of the intent."""
        for data, edges, _ in self.pending.parts(intent):
            yield from (data[start + 2 : end] for start, end in pairwise(edges))

    def prepare(self, batch: str, entries: Iterable[bytes], meta: dict[str, Any]) -> Intent:
        """Puts the entries of a batch and the signed intent to append them on the disk.

        `batch` is an id that was never used before; `meta` is JSON that is signed with it. On return both survive a
        loss of power. Raises UsageError where the id is pending or appended, or an entry has more than 65,535 bytes.
        """
        check_batch(batch)
        with self._writing() as signer:
            if self._is_appended(batch):
                raise refuse_second(batch, pending=False)
            if self.pending.find(batch, self.verifiers):
                raise refuse_second(batch, pending=True)
            count, digest = self.pending.write_entries(batch, entries)
            intent = Intent(self.origin, batch, self.size, count, digest, meta)
            self.pending.write(intent, signer)
        return intent

    def complete(self, intent: Intent) -> Batch:
        """Appends exactly the entries of a pending batch and signs the new head.

        Can be called again after it failed or its process ended at any point, and after it was done. Raises
        LedgerAltered where the pending entries are not those of the intent, NotFound where the batch is not pending.
        """
        with self._writing() as signer:
            if self._is_appended(intent.batch):
                return self._completed(intent)
            if self.pending.find(intent.batch, self.verifiers) != intent:
                raise NotFound(f"The batch {intent.batch} is not pending as given.", "`open_intents` lists what is.")
            done = Batch(self.origin, intent.batch, self.size, intent.count, intent.digest, intent.meta)
            if intent.count:
                self._append(intent, done, signer)
            else:
                self.appended.append(done, signer)
            # The specification lets a log drop these; it is done when the head that covers the whole ones is safe.
            for folder in self.tiles.replaced(done.first, done.size):
                files.remove_folder(folder)
            self.pending.remove(intent.batch)
        return done

    def discard(self, intent: Intent) -> None:
        """Drops a pending batch that is not to be appended. Raises UsageError where it was appended."""
        with self._writing():
            if self._is_appended(intent.batch):
                raise refuse_second(intent.batch, pending=False)
            self.pending.remove(intent.batch)

    def rotate_key(self) -> note.Verifier:
        """Replaces the signing key in its file by a new one, which the old one vouches for; gives its verifier key.

        What follows is signed by the new key; whoever holds the first verifier key goes on accepting it.
        """
        with self._writing() as signer:
            self._signer = keys.rotate(self.folder / "keys", self._key_file, signer)
            self.verifiers = keys.chain(self.folder / "keys", self.origin, self.verifiers[0])
        return self._signer.verifier

    def _append(self, intent: Intent, done: Batch, signer: keys.SigningKey) -> None:
        growth = self.tiles.append(done.first, self._with_leaves(done.first, self.pending.parts(intent)))
        for folder in {each.parent for each in growth.written}:
            # What a killed process left there when it was about to write the same.
            files.sweep(folder)
        files.force(growth.written, self.folder)
        self.appended.append(done, signer)
        text = checkpoint.sign(Checkpoint(self.origin, growth.size, growth.root), signer)
        files.write_durably(self.folder / "checkpoint", text.encode())
        self._head = self._opened(text)
        files.write_durably(self._kept(growth.size), text.encode())

    def _with_leaves(self, at: int, parts: Iterable[Part]) -> Iterator[Part]:
        for part in parts:
            self.leaves.append(at, b"".join(part[2]))
            at += len(part[2])
            yield part

    def _is_appended(self, batch: str) -> bool:
        return self.appended.has(batch, self.size)

    def _completed(self, intent: Intent) -> Batch:
        done = next(each for each in self.batches() if each.batch == intent.batch)
        if (done.count, done.digest, done.meta) != (intent.count, intent.digest, intent.meta):
            raise refuse_second(intent.batch, pending=False)
        self.pending.remove(intent.batch)
        return done

    @contextmanager
    def _writing(self) -> Iterator[keys.SigningKey]:
        if self._signer is None:
            raise UsageError("The ledger is open for reading only.", "Open it for writing.")
        with self._one_at_a_time:
            if self._unfinished:
                self._finish()
            self._unfinished = True
            yield self._signer
            self._unfinished = False

    def _finish(self) -> None:
        """Brings the folder to the state that the head states, after a step that did not end."""
        self._head = self._read_head()
        newest = max(self.checkpoint_sizes())
        if newest > self.size:
            # No crash leaves this: a kept head is written after `checkpoint`. Mending would destroy evidence.
            raise LedgerAltered(
                f"The ledger {self.folder} was rolled back: its head has {self.size} entries, "
                f"a kept checkpoint {newest}.",
                "Restore the whole folder from one copy.",
            )
        for folder in (self.folder, self.folder / "checkpoints", self.folder / "keys"):
            files.sweep(folder)
        if not self._kept(self.size).exists():
            files.write_durably(self._kept(self.size), self._head.note.encode())
        last = self.appended.mend(self.size)
        for left in self.tiles.replaced(last.first, last.size) if last else ():
            files.remove_folder(left)
        self.leaves.mend(self.size)
        self.pending.sweep(self._is_appended)
        self._unfinished = False

    def _read_head(self) -> Head:
        self.head_problem = None
        try:
            return self._opened((self.folder / "checkpoint").read_text("utf-8"))
        except (OSError, UnicodeDecodeError, NoteRejected) as error:
            problem = f"{self.folder / 'checkpoint'}: {error}"
            if self._signer is not None:
                raise LedgerAltered(problem, "Restore it from `checkpoints` or a copy of the ledger.") from error
        self.head_problem = problem
        return self._newest_kept()

    def _newest_kept(self) -> Head:
        folder = self.folder / "checkpoints"
        names = [each.name for each in folder.iterdir() if each.name.isdecimal()] if folder.is_dir() else []
        for name in sorted(names, key=int, reverse=True):
            try:
                return self._opened((folder / name).read_text("utf-8"))
            except (OSError, UnicodeDecodeError, NoteRejected):
                continue
        raise LedgerAltered(f"{self.head_problem} No kept checkpoint is signed either.", "Restore it from a copy.")

    def _opened(self, text: str) -> Head:
        return Head(checkpoint.open_checkpoint(text, self.origin, self.verifiers), text)

    def _kept(self, size: int) -> Path:
        return self.folder / "checkpoints" / str(size)

    def _no_more(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise UsageError(f"The ledger has {self.size} entries, not {size}.", "Ask for a size up to that.")
        return size


def _key_file(folder: Path, key_file: Path | None) -> Path:
    return key_file or folder / "keys" / "signing.pem"


def _origin(folder: Path) -> str:
    path = folder / "keys" / "first.vkey"
    try:
        return note.verifier(path.read_text("utf-8").removesuffix("\n")).name
    except (OSError, UnicodeDecodeError, NoteRejected) as error:
        raise LedgerAltered(
            f"{path} holds no verifier key.", "Give the first verifier key, or restore it."
        ) from error
