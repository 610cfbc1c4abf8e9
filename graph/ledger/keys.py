"""The signing key of a ledger, and the chain of verifier keys that rotation makes.

The folder `keys` holds `first.vkey`, the verifier key that a verifier has been given, and for each rotation a note
`0001.note`, `0002.note` …: it states the next verifier key and is signed by the key before it and by the new one. So
whoever holds the first key accepts the later ones.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from graph.errors import KeyUnusable, LedgerAltered, NoteRejected, UsageError
from graph.ledger import files, note

_HEADING = "dossier-ledger-key v1"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SigningKey:
    """An Ed25519 private key under the name of its log. Nothing that prints it shows the key."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.verifier = note.Verifier(name, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("A signing key is not to be copied.")

    def sign(self, message: bytes) -> bytes:
        """The signature (64 bytes) of the message."""
        return self._private.sign(message)


def create(path: Path, name: str) -> SigningKey:
    """Makes a key and writes it as PEM (PKCS8) for its owner only. Raises KeyUnusable where a file is there."""
    if path.exists():
        raise KeyUnusable(f"There is a file {path} already.", "Name another file for the key, or move that one away.")
    private = Ed25519PrivateKey.generate()
    files.write_durably(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    return SigningKey(name, private)


def read(path: Path, name: str) -> SigningKey:
    """The key of a PEM file. Raises KeyUnusable where it is missing, readable by others or no Ed25519 key."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError as error:
        raise KeyUnusable(
            f"There is no signing key {path}.", "Give the file that holds it, or put it back."
        ) from error
    except PermissionError as error:
        raise KeyUnusable(f"The signing key {path} may not be read.", "Run this as its owner.") from error
    with os.fdopen(descriptor, "rb") as file:
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if os.name == "posix" and mode & _OTHERS:
            raise KeyUnusable(
                f"The signing key {path} may be used by others than its owner (mode {mode:04o}).",
                f"Run `chmod 600 {path}`; if others could read it, rotate the key.",
            )
        data = file.read()
    try:
        private = load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        # The cause may quote the file.
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} holds no Ed25519 key in PEM (PKCS8) without a password.", "Put the key back.")
    return SigningKey(name, private)


def publish_first(folder: Path, first: note.Verifier) -> None:
    """Keeps the verifier key of a new ledger in its folder of keys."""
    files.write_durably(folder / "first.vkey", f"{first}\n".encode())


def chain(folder: Path, name: str, first: note.Verifier | None = None) -> list[note.Verifier]:
    """The verifier keys of the ledger, oldest first, begun with `first` or else with the one kept in the folder.

    Raises LedgerAltered where a rotation is not signed by the key before it, or the folder has another first key.
    """
    try:
        kept = note.verifier((folder / "first.vkey").read_text("utf-8").removesuffix("\n"))
    except (OSError, ValueError, NoteRejected) as error:
        if first is None:
            raise LedgerAltered(
                f"{folder / 'first.vkey'} holds no verifier key.", "Give the one you hold."
            ) from error
        kept = first
    if (first is not None and kept != first) or kept.name != name:
        raise LedgerAltered(
            f"The ledger's first key is {kept}, not {first or name}.",
            "Either this is another ledger or it was altered.",
        )
    found = [kept]
    while (path := _rotation(folder, len(found))).exists():
        found.append(_next(path, found[-1]))
    return found


def rotate(folder: Path, key_file: Path, current: SigningKey) -> SigningKey:
    """Replaces the signing key by a new one that the current one vouches for; the old file is overwritten.

    After a crash between its steps `finish_rotation` completes it or takes it back.
    """
    name = current.verifier.name
    known = chain(folder, name)
    if known[-1] != current.verifier:
        raise KeyUnusable("The key to be replaced is not the ledger's newest.", "Give the newest key.")
    waiting = _waiting(key_file)
    files.remove(waiting)
    new = create(waiting, name)
    text = f"{_HEADING}\n{name}\n{new.verifier}\n"
    files.write_durably(_rotation(folder, len(known)), note.sign(text, current, new).encode())
    finish_rotation(folder, key_file, name)
    return new


def finish_rotation(folder: Path, key_file: Path, name: str) -> None:
    """Puts a key that waits for its rotation in place where that was signed, and removes it where it was not."""
    waiting = _waiting(key_file)
    if not waiting.exists():
        return
    if read(waiting, name).verifier == chain(folder, name)[-1]:
        files.rename_durably(waiting, key_file)
    else:
        files.remove(waiting)


def check_name(name: str) -> None:
    """Raises UsageError where a log cannot have this name."""
    if not note.valid_name(name) or not name.isprintable() or name.startswith("dossier-ledger-"):
        raise UsageError(
            f"A ledger cannot be named {name!r}.",
            "Take something like archive.example.org/ledger, without blanks and plus signs.",
        )


def _rotation(folder: Path, number: int) -> Path:
    return folder / f"{number:04d}.note"


def _waiting(key_file: Path) -> Path:
    return key_file.with_name(key_file.name + ".next")


def _next(path: Path, before: note.Verifier) -> note.Verifier:
    try:
        message = path.read_bytes()
        heading, name, text, end = note.open_note(message, [before]).text.split("\n")
        new = note.verifier(text)
        # A key that cannot sign would lock everyone out, and one that signed nothing may be someone else's.
        note.open_note(message, [new])
    except (NoteRejected, ValueError) as error:
        raise LedgerAltered(f"{path} does not vouch for the next key: {error}", "Restore it from a copy.") from error
    if (heading, name, end) != (_HEADING, before.name, "") or new.name != name:
        raise LedgerAltered(f"{path} speaks of another ledger than {before.name}.", "Restore it from a copy.")
    return new


def not_the_newest(path: Path, newest: note.Verifier) -> KeyUnusable:
    """The error of a signing key that is not the one the ledger signs with now."""
    return KeyUnusable(
        f"The signing key {path} is not that of {newest}.", "Give the file of the ledger's newest key."
    )
