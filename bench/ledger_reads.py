"""What is asked of a sealed archive, in a process of its own: verification, a bare read of the same rows, proofs.

Run as `python -m bench.ledger_reads STORE LEDGER verify|bare|proofs`; prints seconds and counts as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.chain_reads import some_cases
from graph import clock
from graph.evidence.home import open_ledger
from graph.evidence.pack_records import records_of
from graph.evidence.parts import stated_types
from graph.evidence.proofs import proofs
from graph.evidence.reading import SEALED_LABELS
from graph.evidence.verification import verify
from graph.settings import Settings
from graph.store import Store, open_store
from graph.viewer import LOCAL_OPERATOR

CASES = 100


def verified(store: Store, settings: Settings) -> dict[str, Any]:
    """Seconds on the clock and of processors until the end of each step."""
    begun: dict[str, tuple[float, float]] = {}

    def progress(step: str, _done: int, _of: int | None) -> None:
        begun.setdefault(step, (time.perf_counter(), time.process_time()))

    progress("opened", 0, None)
    outcome = verify(store, settings, LOCAL_OPERATOR, progress=progress)
    progress("end", 0, None)
    if outcome.found:
        raise SystemExit(f"The archive is not as it was sealed: {outcome.found[:3]}")
    first, derived, last = (begun[step] for step in ("opened", "derived", "end"))
    return {
        "entries": outcome.entries,
        "records": outcome.records,
        "seconds": derived[0] - first[0],
        "processor": derived[1] - first[1],
        "with derived": last[0] - first[0],
        "with derived, processor": last[1] - first[1],
    }


def bare(store: Store) -> dict[str, Any]:
    """Seconds to read the rows that a verification reads, and nothing else."""
    begun, rows = time.perf_counter(), 0
    snapshot = store.snapshot()
    for label in SEALED_LABELS:
        for table in snapshot.scan(label):
            ids = table["id"].combine_chunks()
            rows += table.num_rows + snapshot.versions(label, ids).num_rows
            rows += sum(snapshot.stated(one.type, label, ids).num_rows for one in stated_types(label))
    snapshot.close()
    return {"rows": rows, "seconds": time.perf_counter() - begun}


def proved(store: Store, settings: Settings) -> dict[str, float]:
    """Milliseconds to prove everything of a case; p50 and p95 over cases."""
    load = clock.last_done(store)
    taken = []
    for place, case in enumerate(some_cases(store, CASES + 1)):
        begun = time.perf_counter()
        with open_ledger(store, settings, read_only=True, shared=True) as ledger:
            snapshot = store.snapshot()
            found, unproved = proofs(snapshot, ledger, records_of(store, [case], load), load)
            snapshot.close()
            if unproved or not found:
                raise SystemExit(f"The case {case} is not proved: {unproved}")
            # The first one maps the leaf hashes, as a service does once.
            if place:
                taken.append(1000 * (time.perf_counter() - begun))
    return {"p50": float(np.percentile(taken, 50)), "p95": float(np.percentile(taken, 95))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("ledger")
    parser.add_argument("what", choices=["verify", "bare", "proofs"])
    options = parser.parse_args()
    settings = Settings(store=options.store, ledger=options.ledger)
    store = open_store(settings)
    answers: dict[str, Callable[[], dict[str, Any]]] = {
        "verify": lambda: verified(store, settings),
        "bare": lambda: bare(store),
        "proofs": lambda: proved(store, settings),
    }
    json.dump(answers[options.what](), sys.stdout)
    store.close()


if __name__ == "__main__":
    main()
