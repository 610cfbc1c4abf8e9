"""One load in a process of its own, with the seconds of each of its stages.

Run as `python -m bench.staged_load STORE FILE MAPPING`; prints them as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

from etl.load import LoadRequest, load_file
from etl.mapping import load_mapping
from graph.settings import Settings
from graph.store import Store, Writer, open_store


class _TimedWriter:
    """A writer that adds up the seconds of each of its calls, by method and, where it has one, label or type."""

    def __init__(self, writer: Writer, seconds: dict[str, float]) -> None:
        self._writer = writer
        self._seconds = seconds
        self.load = writer.load

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "written":
            self._writer.written = value
        else:
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._writer, name)

        def timed(*given: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*given)
            finally:
                what = f"{name} {given[0]}" if given and isinstance(given[0], str) else name
                self._seconds[what] += time.perf_counter() - start

        return timed


class _TimedStore:
    def __init__(self, store: Store, seconds: dict[str, float]) -> None:
        self._store = store
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def writer(self, load: int, holder: str, *, resumed: bool) -> Writer:
        return cast(Writer, _TimedWriter(self._store.writer(load, holder, resumed=resumed), self._seconds))


def staged(address: str, file: Path, mapping: Path) -> dict[str, float]:
    """Seconds of reading, of giving identity, of each kind of write, and of what the load does between writes."""
    settings = Settings(store=address)
    calls: dict[str, float] = defaultdict(float)
    reached: dict[str, float] = {"begun": time.perf_counter()}
    store = open_store(settings)

    def progress(step: str, _done: int, _of: int | None) -> None:
        reached.setdefault(step, time.perf_counter())

    request = LoadRequest(file, load_mapping(mapping), mapping.stem)
    report = load_file(cast(Store, _TimedStore(store, calls)), settings, request, progress)
    store.close()
    end = time.perf_counter()
    if report.quarantined or report.loaded != report.rows_in:
        raise SystemExit(f"The load did not take every row: {report.as_json()}")
    writing = reached["done"] - reached["writing"]
    return {
        "read": reached["identifying"] - reached["begun"],
        "identify": reached["writing"] - reached["identifying"],
        **calls,
        "between writes": writing - sum(calls.values()),
        "close": end - reached["done"],
        "whole": end - reached["begun"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("file", type=Path)
    parser.add_argument("mapping", type=Path)
    options = parser.parse_args()
    json.dump(staged(options.store, options.file, options.mapping), sys.stdout)


if __name__ == "__main__":
    main()
