"""What a ledger signs besides its head: the intent to append a batch, and that a batch was appended.

Both are signed notes whose text has one value a line. The meta is canonical JSON, so it has no newline.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from graph.canonical import canonical
from graph.errors import NoteRejected, UsageError
from graph.ledger import note

_LONGEST_ID = 300


@dataclass(frozen=True)
class _Statement:
    """Entries of a batch: `at` is the number of entries before them, `digest` that of their leaf hashes."""

    origin: str
    batch: str
    at: int
    count: int
    digest: bytes
    meta: dict[str, Any]

    heading: ClassVar[str]

    @property
    def text(self) -> str:
        """What is signed."""
        encoded = base64.b64encode(self.digest).decode()
        values = (self.heading, self.origin, self.batch, str(self.at), str(self.count), encoded, canonical(self.meta))
        return "".join(f"{value}\n" for value in values)

    def signed(self, signer: note.Signer) -> str:
        """The signed note."""
        return note.sign(self.text, signer)

    @classmethod
    def opened(cls, message: str | bytes, origin: str, known: Sequence[note.Verifier]) -> Self:
        """The statement of a note that a known key has signed. Raises NoteRejected."""
        return cls.parsed(note.open_note(message, known).text, origin)

    @classmethod
    def parsed(cls, text: str, origin: str) -> Self:
        """The statement of a text, whoever wrote it. Raises NoteRejected where it is malformed."""
        try:
            heading, stated, batch, at, count, digest, meta, end = text.split("\n")
            found = cls(stated, batch, int(at), int(count), binascii.a2b_base64(digest), json.loads(meta))
        except (ValueError, RecursionError) as error:
            raise NoteRejected(f"What should be `{cls.heading}` is malformed.") from error
        whole = found.at >= 0 and found.count >= 0 and isinstance(found.meta, dict) and found.text == text
        if (heading, stated, end) != (cls.heading, origin, "") or not whole:
            raise NoteRejected(f"What should be `{cls.heading}` of {origin} states something else.")
        return found


@dataclass(frozen=True)
class Intent(_Statement):
    """What is about to be appended; `at` is the size of the ledger when it was stated."""

    heading: ClassVar[str] = "dossier-ledger-intent v1"


@dataclass(frozen=True)
class Batch(_Statement):
    """What was appended as one; `at` is the index of its first entry."""

    heading: ClassVar[str] = "dossier-ledger-batch v1"

    @property
    def first(self) -> int:
        """The index of its first entry."""
        return self.at

    @property
    def size(self) -> int:
        """The size of the checkpoint that was signed with it."""
        return self.at + self.count


def check_batch(batch: str) -> None:
    """Raises UsageError where a batch cannot have this id."""
    if not batch or len(batch) > _LONGEST_ID or not batch.isprintable():
        raise UsageError(
            f"A batch cannot have the id {batch[:40]!r}.",
            f"Take 1 to {_LONGEST_ID} printable characters, without line breaks.",
        )


def digest_of(rows: Iterable[bytes]) -> bytes:
    """The digest of a batch: SHA-256 over the leaf hashes of its entries, one after the other."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row)
    return digest.digest()
