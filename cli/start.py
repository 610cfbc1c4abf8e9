"""Starts the command `dossier` sooner than by importing it alone, and lets it end sooner.

Python's collector of garbage would look through the two thousand modules again and again while they are imported, and
once more at the end, each time for nothing: they stay as long as the process.
"""

from __future__ import annotations

import gc
from collections.abc import Callable


def imported() -> Callable[[], None]:
    """The command, imported and set aside from the collector."""
    gc.disable()
    from cli.main import main as command

    gc.freeze()
    gc.enable()
    return command


def main() -> None:
    """Runs the command."""
    imported()()
