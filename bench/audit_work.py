"""The audit after a load: run as `python -m bench.audit_work STORE LATER`; prints seconds as JSON.

STORE has been audited as a whole; the log LATER is loaded, and then what it changed is audited, in this process.
Of an embedded one `rows` is reading cases and events of the whole archive as Arrow tables by the raw cursor.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from bench.archive_load import checked, loaded
from etl.rules_source import read_rules
from graph.audit.run import Scope, audit
from graph.duckdb_store import DuckDBStore
from graph.query_files import query
from graph.settings import Settings
from graph.store import Store, open_store
from graph.viewer import LOCAL_OPERATOR

STATEMENTS = ("process/cases", "process/events")


def measured(store: Store, settings: Settings, later: Path) -> dict[str, float]:
    """Seconds of the load, of the audit after it, and of a bare read; processor seconds of the audit."""
    begun = time.perf_counter()
    checked(loaded(store, settings, later))
    load = time.perf_counter() - begun
    rules = read_rules()
    begun, processor = time.perf_counter(), time.process_time()
    report = audit(store, settings, LOCAL_OPERATOR, rules, Scope())
    audited, processor = time.perf_counter() - begun, time.process_time() - processor
    found = {"load": load, "audit": audited, "processor": processor}
    if isinstance(store, DuckDBStore):
        begun = time.perf_counter()
        for name in STATEMENTS:
            store.cursor().sql(query("duckdb", name), params={"load": report.as_of_load}).to_arrow_table()
        found["rows"] = time.perf_counter() - begun
    return {**found, "cases": report.cases, "new": report.new, "gone": report.gone, "standing": report.standing}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("later", type=Path)
    options = parser.parse_args()
    settings = Settings(store=options.store)
    store = open_store(settings)
    print(json.dumps(measured(store, settings, options.later)))
    store.close()


if __name__ == "__main__":
    main()
