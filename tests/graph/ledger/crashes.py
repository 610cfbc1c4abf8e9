"""A process that dies at a chosen operation on files, as by kill -9 or by a loss of power."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DIED = 9
_NAMES = ("fsync", "ftruncate", "truncate", "replace", "unlink", "rmdir", "mkdir", "open")


class _Torn:
    """A file of which the write is cut in the middle where it is the step to die at."""

    def __init__(self, file: Any, step: Callable[[Callable[[], None]], None]) -> None:
        self._file, self._step = file, step

    def __enter__(self) -> _Torn:
        return self

    def __exit__(self, *of: object) -> None:
        self._file.close()

    def seek(self, at: int) -> None:
        self._file.seek(at)

    def write(self, data: bytes) -> None:
        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._step(half)
        self._file.write(data)

    def writelines(self, parts: Any) -> None:
        for part in parts:
            self.write(part)


class _Disk:
    """Counts the operations of this process on files; at one of them it exits, or the disk is full."""

    def __init__(self, die_at: int, power_lost: bool = False, full: bool = False) -> None:
        self._die_at, self._power_lost, self._full = die_at, power_lost, full
        self.failed = False
        self._steps = itertools.count(1)
        self._paths: dict[int, str] = {}
        # What a file had that is on the disk for sure, of those of which not all is.
        self._unforced: dict[str, int] = {}

    def step(self, last_act: Callable[[], None] = lambda: None) -> None:
        if next(self._steps) == self._die_at:
            last_act()
            if self._full:
                self.failed = True
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if self._power_lost:
                self._lose()
            os._exit(DIED)

    def _lose(self) -> None:
        for path, forced in self._unforced.items():
            if Path(path).exists():
                with Path(path).open("r+b") as file:
                    file.truncate((forced + Path(path).stat().st_size) // 2)

    def patch(self, patch: pytest.MonkeyPatch) -> None:
        real = {name: getattr(os, name) for name in (*_NAMES, "fdopen")}

        def stepped(name: str) -> Callable[..., Any]:
            def call(*given: Any, **named: Any) -> Any:
                if name != "open":
                    self.step()
                size = Path(given[0]).stat().st_size if name == "open" and Path(given[0]).exists() else 0
                done = real[name](*given, **named)
                self._note(name, given, done, size)
                return done

            return call

        for name in _NAMES:
            patch.setattr(os, name, stepped(name))

        def opened(descriptor: int, mode: str, **named: Any) -> Any:
            file = real["fdopen"](descriptor, mode, **named)
            return file if mode == "rb" else _Torn(file, self.step)

        patch.setattr(os, "fdopen", opened)

    def _note(self, name: str, given: tuple[Any, ...], done: Any, size: int) -> None:
        if name == "open":
            self._paths[done] = os.fspath(given[0])
            if given[1] & (os.O_WRONLY | os.O_RDWR):
                self._unforced.setdefault(self._paths[done], size)
        elif name == "fsync":
            self._unforced.pop(self._paths.get(given[0], ""), None)
        elif name == "replace" and (before := os.fspath(given[0])) in self._unforced:
            self._unforced[os.fspath(given[1])] = self._unforced.pop(before)


def fails(act: Callable[[], None], at: int) -> bool:
    """Runs `act` on a disk that is full at operation number `at` and only then; False where it ended before that."""
    disk = _Disk(at, full=True)
    with pytest.MonkeyPatch.context() as patch:
        disk.patch(patch)
        with contextlib.suppress(OSError):
            act()
    return disk.failed


def dies(act: Callable[[], None], at: int, *, power_lost: bool = False) -> bool:
    """Runs `act` in a process of its own that dies at operation number `at`; False where it ended before that.

    `power_lost` also takes away half of what was written and not forced to the disk.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with pytest.MonkeyPatch.context() as patch:
                _Disk(at, power_lost).patch(patch)
                act()
            status = 0
        finally:
            # Said here, because the process ends before anything else could.
            traceback.print_exception(*sys.exc_info())
            os._exit(status)
    _, state = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(state)
    assert ended in (0, DIED), f"it failed at operation {at}"
    return ended == DIED
