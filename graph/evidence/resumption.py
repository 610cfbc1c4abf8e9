"""A verification that was interrupted goes on where it was: a file with the steps that are done and their outcome.

Whoever can write the file decides what is not looked at again: it belongs where only the one who verifies may write.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from graph.errors import UnreadableInput
from graph.evidence.comparison import Comparison
from graph.evidence.findings import Course, Found
from graph.ledger import files

_FORMAT = "dossier-verification v1"
_LISTS = ("unchecked", "notes")


class Resumption:
    """The steps that are done; `None` for a path keeps none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.done: set[str] = set()
        self._held: dict[str, Any] | None = None
        self._note = ""

    def take_up(self, course: Course) -> None:
        """Lets `course` go on from the file, where it is of the same store, load and head of the ledger.

        Raises UnreadableInput where the file is something else.
        """
        if self._path is None or not self._path.exists():
            return
        try:
            held = json.loads(self._path.read_text("utf-8"))
            if held["format"] != _FORMAT:
                raise ValueError("it is of another kind.")
            if held["of"] != _of(course):
                course.notes.append("The archive has changed since the verification began: it begins anew.")
                return
            self.done = set(held["done"])
            found = [Found(**one) for one in held["found"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableInput(
                f"{self._path} does not hold the state of a verification: {error}", "Name another file, or remove it."
            ) from error
        course.found, course.left_off = found, held["left_off"]
        course.records, course.files = held["records"], held["files"]
        course.emptied = {(label, id_): load for label, id_, load in held["emptied"]}
        for name in _LISTS:
            getattr(course, name).extend(held[name])
        since = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(held["saved"]))
        self._note = f"What was compared up to {since} was not compared again: {', '.join(sorted(self.done))}."
        self._held = held

    def comparison(self, leaves: np.ndarray) -> Comparison:
        """The comparison with the entries that were found before."""
        comparison = Comparison(leaves)
        if self._held:
            seen = np.frombuffer(base64.b64decode(self._held["seen"]), np.uint8)
            extra = [base64.b64decode(one) for one in self._held["extra"]]
            comparison.go_on(np.unpackbits(seen, count=len(leaves)), extra, self._held["share"])
        return comparison

    def keep(self, course: Course, comparison: Comparison | None, done: Iterable[str]) -> None:
        """Puts on the disk that these steps are done."""
        self.done.update(done)
        if self._path is None:
            return
        seen, extra, share = comparison.state() if comparison else (np.zeros(0, np.uint8), [], 1)
        held = {
            "format": _FORMAT,
            "of": _of(course),
            "saved": int(time.time()),
            "done": sorted(self.done),
            "found": [one.model_dump() for one in course.found],
            "left_off": course.left_off,
            "records": course.records,
            "emptied": [[*record, load] for record, load in course.emptied.items()],
            "files": course.files,
            **{name: getattr(course, name) for name in _LISTS},
            "seen": base64.b64encode(np.packbits(seen).tobytes()).decode(),
            "extra": [base64.b64encode(one).decode() for one in extra],
            "share": share,
        }
        files.write_durably(self._path, json.dumps(held, ensure_ascii=False).encode(), 0o600)

    def end(self, course: Course) -> None:
        """Removes the file: everything was compared."""
        if self._note:
            course.notes.append(self._note)
        if self._path is not None:
            files.remove(self._path)


def _of(course: Course) -> dict[str, Any]:
    return {"store": course.store.uri, "load": course.upto, "head": course.ledger.head().note}
