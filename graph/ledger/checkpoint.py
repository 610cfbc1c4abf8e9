"""Checkpoints: the head of the tree as a signed note (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.errors import NoteRejected
from graph.ledger import note
from graph.ledger.merkle import HASH_BYTES

_SIZE = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of the tree of one log at one time; `extensions` are further lines, which we never write."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse(text: str, origin: str) -> Checkpoint:
    """The checkpoint that a note's text states. Raises NoteRejected where it is malformed or of another log."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteRejected("A checkpoint has an origin, a size and a root in lines of their own, none of them empty.")
    stated, size, root, *extensions = lines[:-1]
    if stated != origin:
        raise NoteRejected(f"The checkpoint is of the log {stated}, not of {origin}.")
    if not _SIZE.fullmatch(size):
        raise NoteRejected(f"The size of the checkpoint is not a decimal number: {size[:40]}")
    try:
        digest = binascii.a2b_base64(root, strict_mode=True)
    except ValueError:
        digest = b""
    if len(digest) != HASH_BYTES or base64.b64encode(digest).decode() != root:
        raise NoteRejected("The root of the checkpoint is not the base64 of 32 bytes.")
    return Checkpoint(origin, int(size), digest, tuple(extensions))


def sign(checkpoint: Checkpoint, signer: note.Signer) -> str:
    """The signed note of a checkpoint."""
    return note.sign(checkpoint.text, signer)


def open_checkpoint(message: str | bytes, origin: str, known: Sequence[note.Verifier]) -> Checkpoint:
    """The checkpoint of this log that a known key has signed. Raises NoteRejected."""
    return parse(note.open_note(message, known).text, origin)
