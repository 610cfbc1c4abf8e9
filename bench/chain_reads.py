"""The chain of 200 cases against the same statements by the raw driver, rows as tuples, one after the other.

Run as `python -m bench.chain_reads STORE`; prints milliseconds as JSON. The statements of a chain are noted while it
is read once; then chain and statements are timed in turn, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from graph.chain import chain
from graph.duckdb_store import DuckDBStore
from graph.neo4j_store import Neo4jStore
from graph.settings import Settings
from graph.store import Store, open_store
from graph.viewer import LOCAL_OPERATOR

CASES = 200
WARM = 20
SEED = 7

Statement = tuple[str, dict[str, Any]]


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    return {f"p{p}": float(np.percentile(milliseconds, p)) for p in (50, 95)}


def compared(settings: Settings) -> dict[str, Any]:
    """p50 and p95 of the chain and of its statements alone, in milliseconds."""
    store = open_store(settings, read_only=True)
    if isinstance(store, DuckDBStore):
        noted, raw = _duckdb(store)
    elif isinstance(store, Neo4jStore):
        noted, raw = _neo4j(store)
    else:
        raise TypeError(f"{store.uri} is of no engine that is compared")
    chosen = some_cases(store, WARM + CASES)
    ours: list[float] = []
    theirs: list[float] = []
    count: list[int] = []
    for place, case in enumerate(chosen):
        noted.clear()
        chain(store, LOCAL_OPERATOR, case)
        statements = list(noted)
        turns: list[tuple[list[float], Callable[[], object]]] = [
            (ours, lambda case=case: chain(store, LOCAL_OPERATOR, case)),  # type: ignore[misc]
            (theirs, lambda statements=statements: raw(statements)),  # type: ignore[misc]
        ]
        for times, work in turns if place % 2 else turns[::-1]:
            start = time.perf_counter()
            work()
            if place >= WARM:
                times.append((time.perf_counter() - start) * 1000)
        count.append(len(statements))
    store.close()
    return {
        "chain": percentiles(ours),
        "statements": percentiles(theirs),
        "statements of a chain": max(count),
        "cases": len(ours),
    }


def some_cases(store: Store, count: int) -> list[str]:
    """So many cases, or all where there are fewer; the same ones each time."""
    found = [row[0] for row in store.read("derive/cases", after="", limit=1_000_000_000)]
    places = np.random.default_rng(SEED).choice(len(found), min(len(found), count), replace=False)
    return [found[place] for place in places.tolist()]


def noted_of(store: DuckDBStore) -> list[Statement]:
    """A list to which every statement that the store runs from now on is added, those of helping threads too."""
    noted: list[Statement] = []
    rows = store._rows

    def noting(text: str, params: Any = None) -> list[tuple[Any, ...]]:
        noted.append((text, params or {}))
        return rows(text, params)

    store._rows = noting  # type: ignore[method-assign]
    return noted


def _duckdb(store: DuckDBStore) -> tuple[list[Statement], Callable[[list[Statement]], None]]:
    noted = noted_of(store)
    raw_cursor = store.cursor().cursor()

    def raw(statements: list[Statement]) -> None:
        for text, params in statements:
            raw_cursor.execute(text, params).fetchall()

    return noted, raw


def _neo4j(store: Neo4jStore) -> tuple[list[Statement], Callable[[list[Statement]], None]]:
    noted: list[Statement] = []
    run = store.run

    def noting(text: str, params: dict[str, Any], *, write: bool = False) -> list[tuple[Any, ...]]:
        noted.append((text, params))
        return run(text, params, write=write)

    store.run = noting  # type: ignore[method-assign]
    session = store._driver.session(database=store.settings.neo4j_database)

    def raw(statements: list[Statement]) -> None:
        for text, params in statements:
            [tuple(record.values()) for record in session.run(text, params)]

    return noted, raw


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    options = parser.parse_args()
    json.dump(compared(Settings(store=options.store)), sys.stdout)


if __name__ == "__main__":
    main()
