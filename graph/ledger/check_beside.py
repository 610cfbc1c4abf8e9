"""The check of a large ledger in a process of its own, while the one that asked does something else.

Reading and hashing every entry keeps a processor busy under Python's lock, which threads cannot share.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from graph.ledger.check import Finding
from graph.ledger.log import Ledger
from graph.ledger.note import verifier
from graph.own_process import command_of


class CheckBeside:
    """A check that was begun."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        given = (str(ledger.folder.resolve()), str(ledger.verifiers[0]), ledger.head().note)
        self._process = subprocess.Popen(
            command_of(__name__, *given),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def findings(self) -> list[Finding]:
        """As `Ledger.check` gives them; waits for the end."""
        said, _ = self._process.communicate()
        if self._process.returncode != 0:
            # Whatever it met is met here again and told, or was of the other process only.
            return self._ledger.check()
        return [Finding(**one) for one in json.loads(said)]

    def end(self) -> None:
        """Ends the process where nobody waited for it."""
        if self._process.poll() is None:
            self._process.kill()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()


@contextmanager
def check_beside(ledger: Ledger) -> Iterator[CheckBeside]:
    """Begins the check of a ledger under the head that it has here."""
    begun = CheckBeside(ledger)
    try:
        yield begun
    finally:
        begun.end()


def main() -> None:
    """Checks the ledger of a folder, whose first key and whose head are given, and prints what it finds."""
    folder, first, head = sys.argv[1:]
    ledger = Ledger.open(Path(folder), read_only=True, trusted=verifier(first))
    ledger.stand_at(head)
    json.dump([asdict(one) for one in ledger.check()], sys.stdout)
