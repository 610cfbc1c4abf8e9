"""Deleting the files of erased records: only within a given folder, and only the very bytes that were loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote


@dataclass(frozen=True)
class ErasedFile:
    """A file as its record names it: where it lies, and the digest of its bytes."""

    uri: str
    sha256: str | None


def delete_files(files: Sequence[ErasedFile], folder: Path | None) -> Iterator[tuple[str, bool]]:
    """Deletes what lies within `folder`; each file by its uri, and whether its bytes are gone.

    A file is left to be deleted by hand where no folder is given, where its path leads out of it (by `..` or a
    symbolic link), where it is not there, cannot be deleted, or has no digest or other bytes than that.
    """
    for one in files:
        found = next(_within(one, folder), None) if folder is not None else None
        yield one.uri, found is not None and _delete(found)


def _within(file: ErasedFile, folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    for relative in _relative_paths(file.uri, root):
        path = root / relative
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        if file.sha256 is not None and _digest(path) == file.sha256:
            yield path


def _relative_paths(uri: str, root: Path) -> Iterator[PurePosixPath]:
    """Where in a folder a file may lie: a uri begins with the folder's name in its mapping, or is a whole path."""
    plain = unquote(uri.removeprefix("file://")) if uri.startswith("file://") else uri
    if "://" in plain:
        return
    path = PurePosixPath(plain)
    if path.is_absolute():
        if path.is_relative_to(root):
            yield path.relative_to(root)
        return
    parts = path.parts
    yield path
    for count in range(1, len(parts)):
        if root.parts[-count:] == parts[:count]:
            yield PurePosixPath(*parts[count:])


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        # Said to the one who asked, as a file that is to be deleted by hand.
        return False
    return True
