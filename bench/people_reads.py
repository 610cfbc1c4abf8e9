"""Networks of actors over all cases, in a process of their own: seconds of the tables and of the whole answers.

Run as `python -m bench.people_reads STORE`; prints JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from graph.clock import last_done
from graph.people.networks import handovers, network, shared_cases, workload
from graph.settings import Settings
from graph.store import open_store
from graph.viewer import LOCAL_OPERATOR

TURNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    store = open_store(Settings(store=parser.parse_args().store), read_only=True)
    load = last_done(store)
    asked: dict[str, Callable[[], Any]] = {
        "handover": lambda: handovers(store, load),
        "together": lambda: shared_cases(store, load),
        "workload": lambda: workload(store, load),
        "network": lambda: network(store, LOCAL_OPERATOR, "handover"),
    }
    found: dict[str, Any] = {}
    for name, ask in asked.items():
        times = []
        for _ in range(TURNS):
            start = time.perf_counter()
            answer = ask()
            times.append(time.perf_counter() - start)
        found[name] = sorted(times)
    table = handovers(store, load)
    found["links"], found["actors"] = table.num_rows, workload(store, load).num_rows
    found["handovers"] = sum(table["handovers"].to_pylist())
    found["measured"] = answer.measured
    store.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
