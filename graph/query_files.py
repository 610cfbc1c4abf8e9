"""The query files: one home for SQL, one for Cypher, pair by pair.

DuckDB uses an index only where a scan has one filter on one column, as far as it cannot leave others out by its
statistics. So statements of questions about one key say whether a link stands in one condition over two columns,
`$load BETWEEN "load" AND coalesce(withdrawn - 1, $load)`, within a CASE where a label counts too; with
`"load" <= $load AND ...` they read a table whole that has later or withdrawn links. tests/graph/test_plans.py
holds it.

Putting a few rows in order takes DuckDB a fifth of the time of finding them. So the rows of the small answers of
which questions are made are put in order once they are read, where the header says `Order: by the columns, sorted
once read`; on both engines, which so order text alike.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_ONCE_READ = "Order: by the columns, sorted once read"
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
def _sorted_once_read(engine: str, name: str) -> bool:
    return _ONCE_READ in header(engine, name)


def in_order(engine: str, name: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows that the query `name` gave, in its order: by the columns, nulls last, where its header says so."""
    if len(rows) < 2 or not _sorted_once_read(engine, name):
        return rows
    try:
        return sorted(rows)
    except TypeError:
        # A null where another row has a value.
        return sorted(rows, key=lambda row: [(value is None, value) for value in row])
