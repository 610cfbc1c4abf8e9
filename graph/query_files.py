"""The query files: one home for SQL, one for Cypher, pair by pair.

DuckDB uses an index only where a scan has one filter on one column, as far as it cannot leave others out by its
statistics. So statements of questions about one key say whether a link stands in one condition over two columns,
`$load BETWEEN "load" AND coalesce(withdrawn - 1, $load)`, within a CASE where a label counts too; with
`"load" <= $load AND ...` they read a table whole that has later or withdrawn links. tests/graph/test_plans.py
holds it.

Putting a few rows in order takes DuckDB a fifth of the time of finding them. So the rows of the small answers of
which questions are made are put in order once they are read, where the header says `Order: by the columns, sorted
once read`; on both engines, which so order text alike. Neo4j takes as long to put many rows in order as to find
them. So where the header says `Order on Neo4j, once read:` and columns, they are put in order by these, nulls last,
as the DuckDB statement does it.
"""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_ONCE_READ = "Order: by the columns, sorted once read"
_ON_NEO4J = "Order on Neo4j, once read: "
HOME = {"duckdb": (ROOT / "sql", ".sql", "--"), "neo4j": (ROOT / "cypher", ".cypher", "//")}


@cache
def query(engine: str, name: str) -> str:
    """The text of the query `name` ('audit/events') in the language of `engine`."""
    folder, ending, _ = HOME[engine]
    return (folder / f"{name}{ending}").read_text(encoding="utf-8")


def names(engine: str) -> list[str]:
    """All query names of an engine, sorted."""
    folder, ending, _ = HOME[engine]
    return sorted(str(p.relative_to(folder))[: -len(ending)] for p in folder.rglob(f"*{ending}"))


def header(engine: str, name: str) -> list[str]:
    """The lines of the header comment, without the comment marks."""
    mark = HOME[engine][2]
    lines = []
    for line in query(engine, name).splitlines():
        if not line.startswith(mark):
            break
        lines.append(line.removeprefix(mark).strip())
    return lines


@cache
def columns(engine: str, name: str) -> tuple[str, ...]:
    """The names of the columns of a query, by its header."""
    said = next(line for line in header(engine, name) if line.startswith("Columns: "))
    listed = re.sub(r"\([^)]*\)", "", said.removeprefix("Columns: ").partition(";")[0])
    return tuple(one.split()[0] for one in listed.split(","))


@cache
def order_once_read(engine: str, name: str) -> tuple[str, ...]:
    """The columns by which the rows of a query are put in order once they are read; none where the engine does it."""
    said = header(engine, name)
    if _ONCE_READ in said:
        return columns(engine, name)
    by = next((line.removeprefix(_ON_NEO4J) for line in said if line.startswith(_ON_NEO4J)), "")
    return tuple(by.split(", ")) if by and engine == "neo4j" else ()


def in_order(engine: str, name: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows that the query `name` gave, in its order, nulls last: where its header says so it is made here."""
    by = order_once_read(engine, name) if len(rows) > 1 else ()
    if not by:
        return rows
    places = [columns(engine, name).index(column) for column in by]
    try:
        return sorted(rows, key=itemgetter(*places))
    except TypeError:
        # A null where another row has a value.
        return sorted(rows, key=lambda row: [(row[place] is None, row[place]) for place in places])
