"""Work on files of unknown origin in a process of its own, with limits on memory, time and output.

A parser that aborts, hangs or takes all memory takes this process with it and not the one that asked.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_START = """
import resource, runpy, sys
root, module, memory, seconds, output = sys.argv[1:6]
for kind, limit in (
    (resource.RLIMIT_AS, int(memory)),
    (resource.RLIMIT_CPU, int(seconds)),
    (resource.RLIMIT_FSIZE, int(output)),
    (resource.RLIMIT_CORE, 0),
):
    resource.setrlimit(kind, (limit, limit))
sys.path.insert(0, root)
sys.argv = [module, *sys.argv[6:]]
runpy.run_module(module, run_name="__main__")
"""


@dataclass(frozen=True)
class ChildLimits:
    """Address space and written files in bytes; seconds of the processor, and five times as many by the clock."""

    memory: int = 2 << 30
    seconds: int = 60
    output: int = 1 << 30

    @property
    def wall_seconds(self) -> int:
        """Seconds by the clock, on a machine that has other things to do as well."""
        return 5 * self.seconds


def limited(module: str, arguments: Sequence[str], limits: ChildLimits) -> list[str]:
    """The command that runs a module of this project under the limits."""
    numbers = (limits.memory, limits.seconds, limits.output)
    return [sys.executable, "-I", "-c", _START, str(ROOT), module, *map(str, numbers), *arguments]


def run_limited(module: str, arguments: Sequence[str], limits: ChildLimits) -> str | None:
    """Runs it to its end; gives None when it ended well, else a phrase that says how it ended."""
    try:
        ended = subprocess.run(
            limited(module, arguments, limits), capture_output=True, timeout=limits.wall_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"took more than {limits.wall_seconds} seconds"
    return None if ended.returncode == 0 else how_it_ended(ended.returncode, ended.stderr, limits)


def how_it_ended(code: int, errors: bytes, limits: ChildLimits) -> str:
    """A phrase for a process that did not end well."""
    said = errors.decode(errors="replace").strip()
    if "memory allocation" in said or "MemoryError" in said or "malloc" in said:
        return f"needs more than {limits.memory >> 20:,} MB of memory"
    if -code in (24, 9):  # SIGXCPU, and SIGKILL where the hard limit is reached
        return f"took more than {limits.seconds} seconds"
    return f"ended with {code}: {said.splitlines()[-1] if said else 'without a word'}"
