"""Checking an evidence pack without an archive: the verifier that goes into every pack, with a typed answer."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from pydantic import BaseModel

from graph.errors import UnreadableInput
from graph.evidence.verify_pack import DAMAGE, check


class PackCheck(BaseModel):
    """What does not fit in a pack, and what could not be checked; `key` where one was given to compare.

    A pack with a key of its own fits by itself: without a key to compare, `notes` says so.
    """

    pack: str
    key: str | None
    wrong: list[str]
    unchecked: list[str]
    notes: list[str]

    @property
    def exit_code(self) -> int:
        """0 everything fits, 1 something does not, 4 it fits, but not all could be checked."""
        return 1 if self.wrong else 4 if self.unchecked else 0


def check_pack(path: Path, key: str | None = None) -> PackCheck:
    """Checks a pack; `key` is the verifier key of the archive as the caller holds it.

    Raises UnreadableInput where there is no such file. A pack that cannot be read through is wrong.
    """
    if not path.is_file():
        raise UnreadableInput(f"There is no file {path}.", "Check the name of the pack.")
    try:
        wrong, unchecked = check(str(path), key)
    except (*DAMAGE, zipfile.BadZipFile, InvalidSignature) as error:
        wrong, unchecked = [f"{type(error).__name__}: {error}"], []
    notes = [] if key else ["No key was given: compare keys/first.vkey in the pack with the archive's own."]
    return PackCheck(pack=str(path), key=key, wrong=wrong, unchecked=unchecked, notes=notes)
