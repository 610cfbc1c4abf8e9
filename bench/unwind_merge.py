"""The baseline of the Neo4j load: a bare loop of UNWIND ... MERGE of the same rows by two workers.

Run as `python -m bench.unwind_merge FOLDER STORE`; prints the seconds as JSON. The database is empty and has its
constraints. Nothing is looked up before it is written, and nothing is derived: each case is written with its derived
values at once.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import neo4j
import pyarrow as pa

from bench.captured import captured
from graph.schema import Node, Property, Relationship, clock_of
from graph.settings import Settings

WORKERS = 2


def statement(declared: Node | Relationship) -> tuple[str, list[str]]:
    """UNWIND ... MERGE of a label or type, and the columns of its rows; instants are epoch milliseconds."""
    properties = (*declared.properties, *clock_of(declared))
    if isinstance(declared, Node):
        sets = ", ".join(f"x.`{p.name}` = {_value(p, 1 + i)}" for i, p in enumerate(properties))
        text = f"UNWIND $rows AS r MERGE (x:{declared.label} {{id: r[0]}}) SET {sets}"
        return text, ["id", *(p.name for p in properties)]
    from_label, to_label = declared.ends[0]
    key = [i for i, p in enumerate(properties) if p.name in declared.key and p.name != "qualifier"]
    keyed = ", ".join(f"`{properties[i].name}`: r[{2 + i}]" for i in key)
    sets = ", ".join(f"x.`{p.name}` = {_value(p, 2 + i)}" for i, p in enumerate(properties) if i not in key)
    text = (
        f"UNWIND $rows AS r MATCH (a:{from_label} {{id: r[0]}}) MATCH (b:{to_label} {{id: r[1]}}) "
        f"MERGE (a)-[x:{declared.type} {{{keyed}}}]->(b) SET {sets}"
    )
    return text, ["from_id", "to_id", *(p.name for p in properties)]


def _value(p: Property, place: int) -> str:
    if p.type != "instant":
        return f"r[{place}]"
    return f"CASE WHEN r[{place}] IS NOT NULL THEN datetime({{epochMillis: r[{place}]}}) END"


def merge_all(folder: Path, settings: Settings) -> dict[str, float]:
    """Seconds of each label and type and of the whole."""
    driver = neo4j.GraphDatabase.driver(settings.store, auth=None, notifications_min_severity="OFF")
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    with driver, ThreadPoolExecutor(WORKERS) as pool:
        for name, declared, table in captured(folder):
            last = time.perf_counter()
            text, columns = statement(declared)
            waiting: list[Future[None]] = []
            for rows in _batches(table.select(columns), settings.neo4j_batch):
                waiting.append(pool.submit(_merge, driver, settings.neo4j_database, text, rows))
                if len(waiting) > 2 * WORKERS:
                    waiting.pop(0).result()
            for one in waiting:
                one.result()
            seconds[name] = time.perf_counter() - last
    return {**seconds, "whole": time.perf_counter() - start}


def _batches(table: pa.Table, size: int) -> Iterator[list[list[Any]]]:
    instants = [i for i, field in enumerate(table.schema) if pa.types.is_timestamp(field.type)]
    for i in instants:
        milliseconds = table.column(i).cast(pa.timestamp("ms"), safe=False).cast(pa.int64())
        table = table.set_column(i, table.schema.field(i).name, milliseconds)
    for start in range(0, table.num_rows, size):
        columns = (column.to_pylist() for column in table.slice(start, size).columns)
        yield [list(row) for row in zip(*columns, strict=True)]


def _merge(driver: neo4j.Driver, database: str, text: str, rows: list[list[Any]]) -> None:
    def work(tx: neo4j.ManagedTransaction) -> None:
        tx.run(text, rows=rows).consume()

    with driver.session(database=database) as session:
        session.execute_write(work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("store")
    options = parser.parse_args()
    # Each deadlock is said at length otherwise; they are tried again.
    logging.getLogger("neo4j").setLevel(logging.ERROR)
    json.dump(merge_all(options.folder, Settings(store=options.store)), sys.stdout)


if __name__ == "__main__":
    main()
