"""Every change that the ledger makes to its folder, and how it survives a crash or a loss of power.

One rule carries everything: what the signed head speaks of is on the disk before the head is. So the files of one
step are written to temporary names and renamed, then forced to the disk together (`force`), and only then the file
that makes them count is written (`write_durably`: forced, renamed, and its folder forced). A file that nothing counts
yet may be torn after a loss of power: the step is redone then and writes it anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

_TEMPORARY = ".tmp-"
# From here on one call for the whole file system is cheaper than one for each file.
_FEW = 32


def write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes a file so that it is seen whole or not at all; `force` puts it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _written(path, [data], mode, durable=False)
    temporary.replace(path)


def write_durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes a file so that after a loss of power it is the old one or the new one, and the new one on return."""
    make_folder(path.parent)
    temporary = _written(path, [data], mode, durable=True)
    temporary.replace(path)
    force_folder(path.parent)


def write_stream_durably(path: Path, parts: Iterable[bytes]) -> None:
    """As `write_durably`, of parts that need not be in memory together."""
    make_folder(path.parent)
    temporary = _written(path, parts, 0o644, durable=True)
    temporary.replace(path)
    force_folder(path.parent)


def rename_durably(path: Path, to: Path) -> None:
    """Renames a file within its folder, over another where there is one."""
    path.replace(to)
    force_folder(to.parent)


def append_durably(path: Path, data: bytes, at: int) -> None:
    """Writes `data` at byte `at`, which becomes the end of what was there, and forces it to the disk."""
    made = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        os.ftruncate(descriptor, at)
        with os.fdopen(descriptor, "r+b", closefd=False) as file:
            file.seek(at)
            file.write(data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if made:
        force_folder(path.parent)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, where they are missing, so that a loss of power does not take them."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        force_folder(path.parent)


def cut(path: Path, size: int) -> None:
    """Cuts a file to its first `size` bytes."""
    os.truncate(path, size)


def remove(path: Path) -> None:
    """Removes a file that may be gone already."""
    path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Removes a folder with the files in it, which may be gone already."""
    if path.is_dir():
        for each in path.iterdir():
            remove(each)
        path.rmdir()


def force(paths: Iterable[Path], root: Path) -> None:
    """Puts these files below `root`, and the names of them, on the disk."""
    files = list(paths)
    if len(files) > _FEW and _force_file_system(root):
        return
    for each in files:
        _force(each)
    folders = {folder for each in files for folder in each.parents if folder.is_relative_to(root)}
    for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
        force_folder(folder)


def force_folder(path: Path) -> None:
    """Puts the names in a folder on the disk."""
    _force(path)


def sweep(folder: Path) -> None:
    """Removes the temporary files that a process left behind when it was killed."""
    if folder.is_dir():
        for each in folder.glob(f"{_TEMPORARY}*"):
            remove(each)


def _written(path: Path, parts: Iterable[bytes], mode: int, *, durable: bool) -> Path:
    temporary = path.parent / f"{_TEMPORARY}{secrets.token_hex(8)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.writelines(parts)
        if durable:
            os.fsync(descriptor)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    finally:
        os.close(descriptor)
    return temporary


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _force_file_system(folder: Path) -> bool:
    """Linux's syncfs, which Python has not; unlike os.sync it reports a failed write. False where there is none."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)
    return True
