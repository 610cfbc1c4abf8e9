"""The baseline of the embedded load: DuckDB's own INSERT ... SELECT of the same Arrow tables into the same tables.

Run as `python -m bench.insert_select FOLDER STORE`; prints the seconds as JSON. The tables are in memory and the DDL,
with its keys and indexes, is done before the clock starts; it runs from BEGIN to the closing of the file.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from bench.captured import captured
from graph.duckdb_store import DuckDBStore
from graph.settings import Settings


def insert_all(folder: Path, path: Path) -> dict[str, float]:
    """Seconds of each table and of the whole."""
    tables = [(name, table) for name, _, table in captured(folder)]
    store = DuckDBStore(Settings(store=f"duckdb:///{path}"))
    store.prepare()
    cursor = store.cursor()
    seconds: dict[str, float] = {}
    start, cpu = time.perf_counter(), time.process_time()
    last = start
    cursor.execute("BEGIN")
    for name, table in tables:
        cursor.register("incoming", table)
        cursor.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM incoming').fetchall()
        cursor.unregister("incoming")
        seconds[name], last = time.perf_counter() - last, time.perf_counter()
    cursor.execute("COMMIT")
    cursor.close()
    store.close()
    end = time.perf_counter()
    return {**seconds, "commit and close": end - last, "whole": end - start, "cpu": time.process_time() - cpu}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("store", type=Path)
    options = parser.parse_args()
    json.dump(insert_all(options.folder, options.store), sys.stdout)


if __name__ == "__main__":
    main()
