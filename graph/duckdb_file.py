"""The file of an embedded store: who uses it in this process, and its copy without what was erased.

DuckDB leaves old bytes in blocks that it no longer uses, so erased values are gone for good only in a new file.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import duckdb

Answer = TypeVar("Answer")
_COPY, _MARK = ".rewritten", ".erasing"


class Users:
    """Counts who reads or writes a store, so that its file is changed for another only while nobody does.

    Who wants to be alone goes before those who come later, but for threads that are users already: a writer reads.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._counts: Counter[int] = Counter()
        self._wanted = 0

    def enter(self) -> int:
        """Counts this thread once more; gives what `leave` takes."""
        thread = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: self._counts[thread] or not self._wanted)
            self._counts[thread] += 1
        return thread

    def leave(self, thread: int) -> None:
        """Takes one `enter` back."""
        with self._changed:
            self._counts[thread] -= 1
            if not self._counts[thread]:
                del self._counts[thread]
            self._changed.notify_all()

    @contextmanager
    def using(self) -> Iterator[None]:
        """Counts the block as a user."""
        thread = self.enter()
        try:
            yield
        finally:
            self.leave(thread)

    @contextmanager
    def alone(self, seconds: float) -> Iterator[bool]:
        """Keeps everybody else out; gives False where somebody was still there after so many seconds."""
        with self._changed:
            self._wanted += 1
            try:
                yield self._changed.wait_for(lambda: not self._counts.total(), seconds)
            finally:
                self._wanted -= 1
                self._changed.notify_all()


class Commits:
    """Counts what this process has written to a store, which no other process writes meanwhile."""

    def __init__(self) -> None:
        self._changed = threading.Lock()
        self._done = 0
        self._running = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Counts the block, in which something is written or a load committed."""
        with self._changed:
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._done += 1

    def count(self) -> int | None:
        """How many there were; None while one is on its way. What is read between two equal ones is the same."""
        with self._changed:
            return None if self._running else self._done


class UntilWritten(Generic[Answer]):
    """An answer as it was first read after the last write of this process."""

    def __init__(self, commits: Commits) -> None:
        self._commits = commits
        self._kept: tuple[int, Answer] | None = None

    def read(self, ask: Callable[[], Answer]) -> Answer:
        """What was read before, or what `ask` gives now."""
        kept, writes = self._kept, self._commits.count()
        if kept is not None and kept[0] == writes:
            return kept[1]
        answer = ask()
        if writes is not None and self._commits.count() == writes:
            self._kept = writes, answer
        return answer


def mark_of(path: Path) -> Path:
    """The file that says, beside a store, that its file still has to be rewritten."""
    return path.with_name(path.name + _MARK)


def copied(connection: duckdb.DuckDBPyConnection, path: Path) -> Path:
    """A copy of what the open store at `path` holds now; raises duckdb.Error where there is no room for it."""
    copy = path.with_name(path.name + _COPY)
    remove(copy)
    (name,) = connection.execute("SELECT current_database()").fetchall()[0]
    connection.execute(f"ATTACH '{_literal(copy)}' AS rewritten")
    try:
        connection.execute(f'COPY FROM DATABASE "{name}" TO rewritten')
        connection.execute("CHECKPOINT rewritten")
    except duckdb.Error:
        connection.execute("DETACH rewritten")
        remove(copy)
        raise
    else:
        connection.execute("DETACH rewritten")
    return copy


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")


def put_in_place(copy: Path, path: Path) -> None:
    """Makes the copy the store, and its former file and log gone."""
    with copy.open("rb") as stream:
        os.fsync(stream.fileno())
    copy.replace(path)
    _wal(path).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove(path: Path) -> None:
    """Removes a database file with its log."""
    for one in (path, _wal(path)):
        one.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
