"""Steps in processes of their own, with the time that each took from its start to its end and its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ID_KEY = "b3" * 32
# What `python -c` runs as the command `dossier`.
DOSSIER = "import sys; from cli.start import main; sys.exit(main())"


@dataclass(frozen=True)
class Done:
    """A step that ended well: `seconds` on the clock, `cpu` of all its threads together, `peak_mb` its greatest
    resident memory, `said` its output."""

    seconds: float
    cpu: float
    peak_mb: float
    said: str

    def answer(self) -> Any:
        """The output as JSON."""
        return json.loads(self.said)


def run(command: Sequence[str], **environment: str) -> Done:
    """Runs a Python command line (`-m`, module, arguments) and waits for it; raises SystemExit where it fails.

    The kernel counts the peak per process, children that are waited for one by one do not mix. This process has to
    stay small: until it is another program, a child counts as large as its parent.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOSSIER_")}
    given = {**kept, "DOSSIER_ID_KEY": ID_KEY, "DOSSIER_LEDGER": "none", "PYTHONPATH": str(ROOT), **environment}
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, *command], stdout=said, env=given, cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {text}")
    return Done(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)
