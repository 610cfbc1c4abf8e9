"""The command that runs a module of this project in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_START = """
import importlib, sys
root, module = sys.argv[1:3]
del sys.argv[1:3]
sys.path.insert(0, root)
importlib.import_module(module).main()
"""


def command_of(module: str, *arguments: str) -> list[str]:
    """Runs `main` of the module, whatever folder this process works in and whatever its environment says."""
    return [sys.executable, "-I", "-c", _START, str(_ROOT), module, *arguments]
