"""The bytes of files against the digests that their records state."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from graph.evidence.findings import Course, Found
from graph.store import Snapshot


def check_files(course: Course, snapshot: Snapshot, folders: Mapping[str, Path]) -> None:
    """Reads every file whose folder is among `folders`; those of other folders are named as not checked."""
    elsewhere = undigested = 0
    for table in snapshot.scan("File"):
        for id_, uri, digest in zip(*(table[name].to_pylist() for name in ("id", "uri", "sha256")), strict=True):
            path = _path_of(uri, folders)
            if path is None:
                elsewhere += 1
            elif digest is None:
                undigested += 1
            else:
                course.files += 1
                course.progress("files", course.files, None)
                _check(course, id_, uri, path, digest)
    if elsewhere:
        course.unchecked.append(f"The bytes of {elsewhere} files: name their folders with --files NAME=FOLDER.")
    if undigested:
        course.unchecked.append(f"The bytes of {undigested} files: their records state no digest.")


def _check(course: Course, id_: str, uri: str, path: Path, digest: str) -> None:
    folder = path.parent
    try:
        with path.open("rb") as stream:
            same = hashlib.file_digest(stream, "sha256").hexdigest() == digest
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        said = f"The file {uri} is missing in {folder}."
    except OSError as error:
        course.unchecked.append(f"The file {uri} cannot be read: {error.strerror}.")
        return
    else:
        if same:
            return
        said = f"The file {uri} was altered: its bytes are not those of the record."
    course.add(Found(kind="file", label="File", id=id_, parts=["file"], load=None, index=None, message=said))


def _path_of(uri: str | None, folders: Mapping[str, Path]) -> Path | None:
    """Where the file of a record lies: its address begins with the name of the folder that it was loaded from.

    A link that leads out of the folder is not followed: it stands for itself, and is no such file.
    """
    first, _, rest = (uri or "").partition("/")
    if not rest or first not in folders:
        return None
    folder = folders[first].resolve()
    path = (folder / rest).resolve()
    return path if path.is_relative_to(folder) else folder / "…" / rest
