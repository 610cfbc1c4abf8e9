"""Files that are made for one answer, and the names that whoever asks gives to files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from graph.errors import UsageError

_MOST_BYTES = 200


def file_name(given: str) -> str:
    """The last part of a path that was given as the name of a file; '' where it has none.

    Raises UsageError for what no file can be named here: longer than 200 bytes, or with characters of control.
    """
    name = PurePosixPath(given.replace("\\", "/")).name
    if name in {".", ".."}:
        return ""
    if len(name.encode(errors="replace")) > _MOST_BYTES or not name.isprintable():
        raise UsageError(
            f"A file cannot be named {name[:40]!r}{'…' if len(name) > 40 else ''} here.",
            f"Give a name of at most {_MOST_BYTES} bytes, without line breaks or other characters of control.",
        )
    return name


def made_file(name: str, media_type: str, make: Callable[[Path], Mapping[str, str]]) -> FileResponse:
    """Sends the file `name` that `make` writes to the path it is given, with the headers that it gives back.

    It lies in a folder of its own, which is gone once the file is sent or could not be made.
    """
    folder = Path(tempfile.mkdtemp(prefix="dossier-made-"))
    path = folder / name
    try:
        headers = make(path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    clear = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(path, media_type=media_type, filename=name, headers=dict(headers), background=clear)
