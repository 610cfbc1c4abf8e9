"""Names of files as catalogues and packages write them, relative to their folder."""

from __future__ import annotations

import re


def relative_name(text: str) -> tuple[str | None, str | None]:
    """A path as a catalogue names it, in POSIX form and relative to the folder; or None and why it is refused."""
    plain = text.strip().replace("\\", "/")
    if plain.startswith("/") or re.match(r"[A-Za-z]:", plain):
        return None, "is an absolute path"
    if "\0" in plain:
        return None, "holds a NUL"
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    if ".." in parts:
        return None, "leaves the folder"
    return ("/".join(parts), None) if parts else (None, "names no file")
