"""Pending batches: their entries and the signed intent to append them, on disk before the graph commits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.errors import DossierError, LedgerAltered, UsageError
from graph.ledger import files, note
from graph.ledger.merkle import leaf_hashes
from graph.ledger.statements import Intent
from graph.ledger.tiles import bounds, pack, packed_leaf_hashes

_PART = 16_384
_PART_BYTES = 1 << 24

Part = tuple[bytes, list[int], list[bytes]]


@dataclass(frozen=True)
class RefusedIntent:
    """A file of an intent that is not used, and why."""

    path: Path
    reason: str


class Intents:
    """The folder of the pending batches: `<digest of the id>.entries` and, once those are safe, `….intent`."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.folder = folder
        self._origin = origin

    def write_entries(self, batch: str, entries: Iterable[bytes]) -> tuple[int, bytes]:
        """Writes the entries of a batch to the disk; gives their number and the digest of their leaf hashes."""
        digest = hashlib.sha256()
        count = 0

        def packed() -> Iterator[bytes]:
            nonlocal count
            rest = iter(entries)
            while part := list(islice(rest, _PART)):
                digest.update(b"".join(leaf_hashes(part)))
                count += len(part)
                yield pack(part)

        files.write_stream_durably(self._entries(batch), packed())
        return count, digest.digest()

    def write(self, intent: Intent, signer: note.Signer) -> None:
        """Writes the signed intent: from here on the batch is pending."""
        files.write_durably(self._intent(intent.batch), intent.signed(signer).encode())

    def find(self, batch: str, known: Sequence[note.Verifier]) -> Intent | None:
        """The pending intent of a batch. Raises NoteRejected where it is not signed by the ledger."""
        path = self._intent(batch)
        return Intent.opened(path.read_bytes(), self._origin, known) if path.exists() else None

    def all(self, known: Sequence[note.Verifier]) -> tuple[list[Intent], list[RefusedIntent]]:
        """The pending intents that are signed and whose entries are there, and the others."""
        found: list[Intent] = []
        refused: list[RefusedIntent] = []
        for path in sorted(self.folder.glob("*.intent")):
            try:
                intent = Intent.opened(path.read_bytes(), self._origin, known)
                if self._intent(intent.batch) != path:
                    raise LedgerAltered(f"It is the intent of {intent.batch}, under the name of another one.")
                for _ in self.parts(intent):
                    pass
            except (DossierError, OSError) as error:
                # Gone where another process has completed it meanwhile.
                if path.exists():
                    refused.append(RefusedIntent(path, str(error)))
            else:
                found.append(intent)
        return sorted(found, key=lambda intent: (intent.at, intent.batch)), refused

    def parts(self, intent: Intent) -> Iterator[Part]:
        """The pending entries, packed, in parts with their edges and leaf hashes.

        Raises LedgerAltered at the end where they are not the ones of the intent.
        """
        digest, count = hashlib.sha256(), 0
        for data, edges, hashes in self._read(intent.batch):
            digest.update(b"".join(hashes))
            count += len(hashes)
            yield data, edges, hashes
        if (count, digest.digest()) != (intent.count, intent.digest):
            raise LedgerAltered(
                f"The pending entries of {intent.batch} are not those of its intent.",
                f"Restore {self._entries(intent.batch)} from a copy, or discard the batch and load again.",
            )

    def remove(self, batch: str) -> None:
        """Removes a pending batch: first its intent, so that no intent is left without entries."""
        files.remove(self._intent(batch))
        files.remove(self._entries(batch))

    def sweep(self, is_appended: Callable[[str], bool]) -> None:
        """Removes intents whose batch was appended, and entries whose intent was never signed."""
        files.sweep(self.folder)
        for path in self.folder.glob("*.intent"):
            batch = _batch(path)
            if batch is not None and self._intent(batch) == path and is_appended(batch):
                files.remove(path)
        for path in self.folder.glob("*.entries"):
            if not path.with_suffix(".intent").exists():
                files.remove(path)

    def _read(self, batch: str) -> Iterator[Part]:
        try:
            file = self._entries(batch).open("rb")
        except FileNotFoundError as error:
            raise LedgerAltered(
                f"The pending entries of {batch} are missing.", "Discard it and load again."
            ) from error
        with file:
            left = b""
            while more := file.read(_PART_BYTES):
                data = left + more
                edges = bounds(data)
                yield data, edges, packed_leaf_hashes(data, edges)
                left = data[edges[-1] :]
        if left:
            raise LedgerAltered(f"The pending entries of {batch} end within an entry.", "Discard it and load again.")

    def _entries(self, batch: str) -> Path:
        return self._named(batch, "entries")

    def _intent(self, batch: str) -> Path:
        return self._named(batch, "intent")

    def _named(self, batch: str, suffix: str) -> Path:
        return self.folder / f"{hashlib.sha256(batch.encode()).hexdigest()[:32]}.{suffix}"


def _batch(path: Path) -> str | None:
    """The batch that an intent speaks of, whoever wrote it; None where it is not to be told."""
    lines = path.read_bytes().decode(errors="replace").split("\n")
    return lines[2] if len(lines) > 2 else None


def refuse_second(batch: str, pending: bool) -> UsageError:
    """The error of a batch id that was used before."""
    state = "pending" if pending else "in the ledger"
    return UsageError(f"The batch {batch} is {state} already.", "Complete or discard it, or take another id.")
