"""Asking the limited process what a file holds, each file with its own limit of time.

A parser that crashes, hangs or takes all memory ends the process; that is what is known of its file, and the next
file gets a new process.
"""

from __future__ import annotations

import json
import selectors
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from etl.limited_child import ChildLimits, how_it_ended, limited

_CHILD = "etl.file_contents"
_START_SECONDS = 60.0
_KEPT_ERRORS = 4096
_PIECE = 1 << 16


class ContentReader:
    """One such process, started when it is first asked. To be used by one thread."""

    def __init__(self, memory: int, roots: Path | None) -> None:
        # Writing is refused by the kernel: a file may not grow at all.
        self._limits = ChildLimits(memory=memory, seconds=86_400, output=0)
        self._roots = str(roots.resolve()) if roots else ""
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = b""
        self._left = b""

    def ask(self, path: Path, seconds: float) -> dict[str, Any] | str:
        """What the file holds (`etl.file_contents.Contents`), or a phrase that says how looking into it ended."""
        if self._process is None:
            started = self._start()
            if started is not None:
                return started
        process = self._process
        assert process is not None and process.stdin is not None
        try:
            process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            return self._ended()
        answer = self._line(seconds)
        if isinstance(answer, bytes):
            said: dict[str, Any] = json.loads(answer)
            return said
        return answer

    def _start(self) -> str | None:
        self._errors = self._left = b""
        command = limited(_CHILD, [self._roots], self._limits)
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        ready = self._line(_START_SECONDS)
        return None if isinstance(ready, bytes) else ready

    def _line(self, seconds: float) -> bytes | str:
        """The next line of its answers, or how it ended."""
        process = self._process
        assert process is not None and process.stdout is not None and process.stderr is not None
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            selector.register(process.stderr, selectors.EVENT_READ)
            while b"\n" not in self._left:
                ready = selector.select(max(0.0, until - time.monotonic()))
                if not ready:
                    self.close()
                    return f"it took more than {seconds:g} seconds"
                for key, _ in ready:
                    piece = key.fileobj.read1(_PIECE)  # type: ignore[union-attr]  # both are buffered pipes
                    if key.fileobj is process.stderr:
                        self._errors = (self._errors + piece)[-_KEPT_ERRORS:]
                        if not piece:
                            selector.unregister(process.stderr)
                    elif piece:
                        self._left += piece
                    else:
                        return self._ended()
        line, _, self._left = self._left.partition(b"\n")
        return line

    def _ended(self) -> str:
        """How the process came to its end by itself."""
        process, self._process = self._process, None
        assert process is not None and process.stderr is not None
        process.wait()
        errors = (self._errors + process.stderr.read())[-_KEPT_ERRORS:]
        _close_pipes(process)
        return f"the process that did {how_it_ended(process.returncode, errors, self._limits)}"

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _close_pipes(process)

    def __enter__(self) -> ContentReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:
                # What was not taken any more need not be.
                continue
