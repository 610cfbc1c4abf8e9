"""The command line in a process of its own for each call, its modules imported once.

A process that has imported the command forks for each call, and the child is the command from there on: its
arguments, environment, folder, output and exit code are as if it had been started by itself, only sooner. What was
imported is set aside from Python's collector: looked through by each child, it would be copied.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
FORKING = """
import json, os, sys
from cli.start import imported
main = imported()
for line in sys.stdin:
    call = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(call["cwd"])
        os.environ.clear()
        os.environ.update(call["environment"])
        files = (os.devnull, os.O_RDONLY), (call["out"], os.O_WRONLY), (call["err"], os.O_WRONLY)
        for number, (name, flags) in enumerate(files):
            os.dup2(os.open(name, flags), number)
        sys.argv = ["dossier", *call["words"]]
        sys.exit(main())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


class Dossier(Protocol):
    """The command `dossier`, run in the folder `cwd` on `store`; further settings by their variables."""

    def __call__(self, *words: str | Path, store: str, cwd: Path, **environment: str) -> Ended: ...


class Commands:
    """The process that forks; `close` ends it."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", FORKING]
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, *words: str | Path, store: str, cwd: Path, **environment: str) -> Ended:
        with tempfile.TemporaryDirectory() as folder:
            out, err = (Path(folder) / name for name in ("out", "err"))
            out.touch()
            err.touch()
            settings = {**os.environ, "DOSSIER_STORE": store, "DOSSIER_WAIT": "0", **environment}
            call = {"words": [str(word) for word in words], "cwd": str(cwd), "environment": settings}
            code = self._answer(json.dumps({**call, "out": str(out), "err": str(err)}))
            return Ended(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def _answer(self, call: str) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(call + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()
