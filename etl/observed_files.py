"""The files of records as they are found in their folders: digest, size, what they hold, what the scanner says.

Nothing outside the folders is opened: a path that leads out, by `..`, as an absolute one or through a symbolic link,
is an answer in itself. How long one file may take is limited.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from etl import clamd
from etl.content_reader import ContentReader
from etl.file_bytes import digest
from etl.material_files import folder_files, shown, why_not
from etl.relative_names import relative_name
from graph.checks.inputs import FOUND, Folders
from graph.errors import UnreadableInput
from graph.settings import Settings

AT_ONCE = 2
_FILES_A_READER = 8
# A large file is read at this speed at least, beside the seconds that each may take.
_BYTES_A_SECOND = 50 << 20
_NAMES = {"media_type": "found_type", "pages": "found_pages"}


@dataclass(frozen=True)
class _Place:
    """Where a file is, or why it is not read."""

    state: str
    how: str | None = None
    path: Path | None = None


def observed(
    files: pd.DataFrame,
    folders: Mapping[str, Path],
    settings: Settings,
    *,
    scanned: bool,
    progress: Callable[[int], None] = lambda _done: None,
) -> pd.DataFrame:
    """What was found of each file (`file_id`, `uri`; each once), with the columns of FOUND.

    `folders`: name of a folder as uris begin with it -> folder. `scanned`: clamd answers.
    """
    roots = {name: Path(os.path.realpath(folder)) for name, folder in folders.items()}
    done, lock = 0, threading.Lock()

    def one(asked: tuple[str, str | None]) -> dict[str, Any]:
        nonlocal done
        found = {"file_id": asked[0], **_observed(_place(asked[1], roots), settings, readers, scanned=scanned)}
        with lock:
            done += 1
            progress(done)
        return found

    # A process is worth starting for some files only.
    at_once = max(1, min(AT_ONCE, len(files) // _FILES_A_READER))
    pairs = list(zip(files["file_id"].tolist(), files["uri"].tolist(), strict=True))
    with _readers(settings) as readers, ThreadPoolExecutor(at_once) as pool:
        rows = list(pool.map(one, pairs))
    return pd.DataFrame(rows, columns=list(FOUND)).astype("object").where(lambda frame: frame.notna(), None)


@contextmanager
def _readers(settings: Settings) -> Iterator[Callable[[], ContentReader]]:
    """A reader for each thread that asks for one; all are ended at the end."""
    made: list[ContentReader] = []
    own = threading.local()

    def reader() -> ContentReader:
        if not hasattr(own, "reader"):
            own.reader = ContentReader(settings.reader_memory << 20, settings.trust_roots)
            made.append(own.reader)
        found: ContentReader = own.reader
        return found

    try:
        yield reader
    finally:
        for one in made:
            one.close()


def _place(uri: str | None, roots: Mapping[str, Path]) -> _Place:
    said = uri or ""
    name = max((one for one in roots if said.startswith(f"{one}/")), key=len, default=None)
    if name is None:
        return _Place("no_folder", Path(said).parent.as_posix())
    root, rest = roots[name], said[len(name) + 1 :]
    relative, reason = relative_name(rest)
    if relative is None:
        return _Place("outside", reason)
    path = root / relative
    if not Path(os.path.realpath(path)).is_relative_to(root):
        return _Place("outside", "is a symbolic link that leaves the folder")
    if not os.path.lexists(path):
        return _Place("missing")
    reason = why_not(path, root)
    real = Path(os.path.realpath(path))
    return _Place("unreadable", f"it {reason}") if reason else _Place("read", None, real)


def _observed(
    place: _Place, settings: Settings, reader: Callable[[], ContentReader], *, scanned: bool
) -> dict[str, Any]:
    if place.path is None:
        return {"state": place.state, "how": place.how}
    path = place.path
    try:
        size, sha256 = path.stat().st_size, digest(path)
    except (OSError, UnreadableInput) as error:
        return {"state": "unreadable", "how": str(error)}
    found: dict[str, Any] = {"state": "read", "found_sha256": sha256, "found_size": size}
    seconds = settings.check_seconds + size / _BYTES_A_SECOND
    said = reader().ask(path, seconds)
    if isinstance(said, str):
        found["stopped"] = said
    else:
        found |= {_NAMES.get(name, name): value for name, value in said.items()}
    if scanned:
        scan = clamd.scan(settings.clamd, path, seconds)
        found |= {"malware": scan.malware, "not_scanned": scan.not_scanned}
    return found


def folders_beside(folders: Mapping[str, Path], uris: Sequence[str]) -> Folders:
    """What the folders hold beside these files."""
    unlisted: list[str] = []
    refused: list[str] = []
    known = set(uris)
    for name, folder in sorted(folders.items()):
        held = folder_files(folder, name)
        unlisted += [uri for one in held.files if (uri := f"{name}/{shown(one)}") not in known]
        refused += [f"{name}: {one}" for one in held.refused]
    return Folders(tuple(sorted(folders)), tuple(sorted(unlisted)), tuple(refused))
