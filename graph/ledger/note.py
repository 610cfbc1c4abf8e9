"""Signed notes and verifier keys (C2SP signed-note), as strict as Go's golang.org/x/mod/sumdb/note."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from graph.errors import NoteRejected

_ED25519 = b"\x01"
_DASH = "— "
_MOST_SIGNATURES = 100
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_HEX8 = re.compile("[0-9a-fA-F]{8}", re.ASCII)


class Signer(Protocol):
    """What can sign a note."""

    @property
    def verifier(self) -> Verifier:
        """The key that checks its signatures."""

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature (64 bytes) of the message."""


@dataclass(frozen=True)
class Verifier:
    """An Ed25519 verifier key: the name of the signer and the 32 bytes of its public key."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is by this key over these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    id: bytes
    base64: str


@dataclass(frozen=True)
class Note:
    """An opened note: its text, the signatures that known keys made, and those of keys that are not known."""

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]


def valid_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no space of any kind, no plus."""
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def verifier(text: str) -> Verifier:
    """The key that `NAME+HHHHHHHH+BASE64` stands for. Raises NoteRejected where it is malformed."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decoded(encoded)
    if not valid_name(name) or not _HEX8.fullmatch(key_id) or not key:
        raise NoteRejected("The verifier key is malformed.", "It reads NAME+HHHHHHHH+BASE64, in one line.")
    if key[:1] != _ED25519 or len(key) != 33:
        raise NoteRejected(f"The verifier key of {name} is not an Ed25519 key.")
    found = Verifier(name, key[1:])
    if found.id != bytes.fromhex(key_id):
        raise NoteRejected(f"The verifier key of {name} has another hash than {key_id}.", "Copy it again.")
    return found


def sign(text: str, *signers: Signer, existing: Iterable[Signature] = ()) -> str:
    """The note of a text that ends in a newline, with existing signatures first.

    Raises NoteRejected where the text cannot be that of a note.
    """
    if not text.endswith("\n") or _CONTROL.search(text) or not _encodable(text):
        raise NoteRejected("The text to sign does not end in a newline, or has control characters in it.")
    made = {(each.verifier.name, each.verifier.id): each for each in signers}
    lines = [f"{_DASH}{each.name} {each.base64}\n" for each in existing if (each.name, each.id) not in made]
    for (name, key_id), signer in made.items():
        if not valid_name(name):
            raise NoteRejected("The name of a signer is empty, or has a space or a plus in it.")
        encoded = base64.b64encode(key_id + signer.sign(text.encode())).decode()
        lines.append(f"{_DASH}{name} {encoded}\n")
    return f"{text}\n{''.join(lines)}"


def open_note(message: str | bytes, known: Sequence[Verifier]) -> Note:
    """The text of a note that at least one known key has signed.

    A signature of a known key that does not fit refuses the whole note; signatures of other keys are kept as
    unverified. Raises NoteRejected.
    """
    text, lines = _parts(message)
    verified: dict[tuple[str, bytes], Signature] = {}
    unverified: dict[str, Signature] = {}
    for count, line in enumerate(lines):
        signature, raw = _signature(line)
        if count >= _MOST_SIGNATURES:
            raise NoteRejected(f"The note has more than {_MOST_SIGNATURES} signatures.")
        key = (signature.name, signature.id)
        keys = [each for each in known if (each.name, each.id) == key]
        if not keys:
            unverified.setdefault(line, signature)
            continue
        if len(keys) > 1:
            raise NoteRejected(f"Two known keys have the name {signature.name} and the hash {signature.id.hex()}.")
        if key in verified:
            continue
        if not keys[0].accepts(text.encode(), raw):
            raise NoteRejected(f"The signature of {signature.name}+{signature.id.hex()} is invalid.")
        verified[key] = signature
    if not verified:
        raise NoteRejected("No known key has signed the note.", "Check which verifier key belongs to this ledger.")
    return Note(text, tuple(verified.values()), tuple(unverified.values()))


def _parts(message: str | bytes) -> tuple[str, list[str]]:
    try:
        whole = message.decode() if isinstance(message, bytes) else message
    except UnicodeDecodeError as error:
        raise NoteRejected("The note is not UTF-8.") from error
    if _CONTROL.search(whole) or not _encodable(whole):
        raise NoteRejected("The note has control characters in it.")
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise NoteRejected("The note has no block of signatures after a blank line.")
    return text + "\n", signatures[:-1].split("\n")


def _signature(line: str) -> tuple[Signature, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _decoded(encoded)
    if not line.startswith(_DASH) or not valid_name(name) or raw is None or len(raw) < 5:
        raise NoteRejected("A signature line of the note is malformed.")
    return Signature(name, raw[:4], encoded), raw[4:]


def _decoded(text: str) -> bytes | None:
    """Standard base64 with padding; None where it is not."""
    # binascii takes one of two padding characters for enough.
    if len(text) % 4:
        return None
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
