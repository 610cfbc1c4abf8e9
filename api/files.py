"""Files that are made for one answer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask


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
