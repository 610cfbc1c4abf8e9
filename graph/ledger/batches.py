"""The batches that were appended: one signed statement a line of `batches.jsonl`.

A batch's first index is known only when it is appended, so it is signed anew and not derived from its intent: several
intents may be open. Each line is a note of its own, and each batch begins where the one before it ends, so a line
that was taken out, put in or altered shows. One file, because a decision is a batch too, and a folder of a million
files would be slow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from graph.errors import LedgerAltered, NoteRejected
from graph.ledger import files, note
from graph.ledger.statements import Batch

_BLOCK = 1 << 20


class Batches:
    """The file of the batches of one ledger."""

    def __init__(self, path: Path, origin: str) -> None:
        self.path = path
        self._origin = origin
        self._ends: dict[str, int] | None = None

    def lines(self) -> Iterator[tuple[int, str | None]]:
        """The number of each whole line from 1 on, and the note in it; None where there is none."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                # A last line without its end is one that is being written, or was when its process died.
                if line.endswith(b"\n"):
                    yield number, _note(line)

    def read(self, known: Sequence[note.Verifier], covered: int) -> Iterator[Batch]:
        """The batches of the first `covered` entries in their order, their signatures checked.

        Raises LedgerAltered at the first line that is not signed, or does not follow the one before it.
        """
        size = 0
        for number, text in self.lines():
            try:
                batch = Batch.opened(text or "", self._origin, known)
            except NoteRejected as error:
                raise self._altered(number, str(error)) from error
            if batch.first != size:
                raise self._altered(number, f"It begins at entry {batch.first}, not at {size}.")
            size = batch.size
            if size > covered:
                return
            yield batch

    def has(self, batch: str, covered: int) -> bool:
        """Whether this batch is among the first `covered` entries."""
        if self._ends is None:
            found = (self._parsed(number, text) for number, text in self.lines())
            self._ends = {each.batch: each.size for each in found}
        return self._ends.get(batch, covered + 1) <= covered

    def append(self, batch: Batch, signer: note.Signer) -> None:
        """Adds a line; it counts when the head covers it."""
        line = json.dumps({"note": batch.signed(signer)}, ensure_ascii=False) + "\n"
        held = self.path.stat().st_size if self.path.exists() else 0
        files.append_durably(self.path, line.encode(), held)
        if self._ends is not None:
            self._ends[batch.batch] = batch.size

    def mend(self, size: int) -> Batch | None:
        """Cuts off the lines at the end that the head of `size` entries does not cover; gives the last one left."""
        held = self.path.stat().st_size if self.path.exists() else 0
        keep, last = held, None
        for at, line in self._backwards():
            last = self._parsed(0, _note(line)) if line.endswith(b"\n") else None
            if last and last.size <= size:
                break
            keep, last = at, None
        if keep < held:
            files.cut(self.path, keep)
        self.forget()
        return last

    def forget(self) -> None:
        """Reads the ids anew the next time, as another process may have appended."""
        self._ends = None

    def _backwards(self) -> Iterator[tuple[int, bytes]]:
        """The lines from the last to the first, each with the byte it begins at."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            end = file.seek(0, 2)
            at, held = end, b""
            while at:
                step = min(_BLOCK, at)
                at -= step
                file.seek(at)
                held = file.read(step) + held
                while (edge := held.rfind(b"\n", 0, len(held) - 1)) >= 0:
                    yield at + edge + 1, held[edge + 1 :]
                    held = held[: edge + 1]
            if held:
                yield 0, held

    def _parsed(self, number: int, text: str | None) -> Batch:
        try:
            return Batch.parsed((text or "").rpartition("\n\n")[0] + "\n", self._origin)
        except NoteRejected as error:
            raise self._altered(number, str(error)) from error

    def _altered(self, number: int, reason: str) -> LedgerAltered:
        return LedgerAltered(f"{self.path}, line {number}: {reason}", "Restore it from a copy of the ledger.")


def _note(line: bytes) -> str | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    text = found.get("note") if isinstance(found, dict) and len(found) == 1 else None
    return text if isinstance(text, str) else None
