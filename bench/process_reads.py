"""The figures of processes over a whole archive, for the first time after a load and again, and the statements alone.

Run as `python -m bench.process_reads STORE`; prints seconds as JSON. `first` reads cases and events, as the first
question after a load does; `later` finds them read; `statements` are the two statements by the raw cursor, as Arrow
tables. They take turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

from graph.duckdb_store import DuckDBStore
from graph.kept import forget
from graph.process.drift import drift
from graph.process.filters import ProcessFilter
from graph.process.metrics import metrics
from graph.process.process_map import process_map
from graph.process.variants import variants
from graph.query_files import query
from graph.settings import Settings
from graph.viewer import LOCAL_OPERATOR

TURNS = 3
STATEMENTS = ("process/cases", "process/events")


def measured(store: DuckDBStore) -> dict[str, dict[str, float]]:
    """Seconds of each question, the median of three turns, by what was measured."""
    wanted = ProcessFilter()
    questions: dict[str, Callable[[], object]] = {
        "process map": lambda: process_map(store, LOCAL_OPERATOR, wanted),
        "variants": lambda: variants(store, LOCAL_OPERATOR, wanted),
        "metrics": lambda: metrics(store, LOCAL_OPERATOR, wanted),
        "drift": lambda: drift(store, LOCAL_OPERATOR, wanted),
    }
    load = store.read("clock/last_done")[0][0]

    def statements() -> None:
        for name in STATEMENTS:
            store.cursor().sql(query("duckdb", name), params={"load": load}).to_arrow_table()

    found = {}
    for name, ask in questions.items():
        turns: dict[str, list[float]] = {"statements": [], "first": [], "later": []}
        for _ in range(TURNS):
            turns["statements"].append(_seconds(statements))
            forget(store)
            turns["first"].append(_seconds(ask))
            turns["later"].append(_seconds(ask))
        found[name] = {what: statistics.median(seconds) for what, seconds in turns.items()}
    return found


def _seconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    store = DuckDBStore(Settings(store=parser.parse_args().store), read_only=True)
    print(json.dumps(measured(store)))
    store.close()


if __name__ == "__main__":
    main()
