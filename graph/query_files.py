"""The query files: one home for SQL, one for Cypher, pair by pair.

DuckDB uses an index only where a scan has one filter on one column, as far as it cannot leave others out by its
statistics. So statements of questions about one key say whether a link stands in one condition over two columns,
`$load BETWEEN "load" AND coalesce(withdrawn - 1, $load)`, within a CASE where a label counts too; with
`"load" <= $load AND ...` they read a table whole that has later or withdrawn links. tests/graph/test_plans.py
holds it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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
