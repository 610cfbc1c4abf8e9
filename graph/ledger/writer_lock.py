"""One writer of a ledger at a time, and who it is."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout

from graph.errors import LedgerLocked


class WriterLock:
    """Held from its making until `release`. Raises LedgerLocked, naming the holder, where another has it."""

    def __init__(self, folder: Path) -> None:
        self._holder = folder / "lock.holder"
        self._lock = FileLock(folder / "lock", timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise LedgerLocked(
                f"The ledger {folder} is being written by {self._held_by()}.",
                "Wait until that has ended, or open the ledger for reading only.",
            ) from error
        # Only told to people; the lock itself is the operating system's and ends with its process.
        self._holder.write_text(json.dumps({"host": socket.gethostname(), "process": os.getpid()}), "utf-8")

    def release(self) -> None:
        """Lets the next one write."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _held_by(self) -> str:
        try:
            held = json.loads(self._holder.read_text("utf-8"))
            return f"process {held['process']} on {held['host']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"
