"""docs/schema.md, made from the schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.schema import NODES, RELATIONSHIPS, SCHEMA_VERSION, Property, clock_of


def schema_page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f"# Schema, version {SCHEMA_VERSION}"
    yield ""
    yield "Made by `dossier schema --markdown`; declared in `graph/schema.py`. Every node has the key `id`."
    yield ""
    yield "## Nodes"
    for node in NODES:
        yield from ("", f"### {node.label}", "", f"{node.text.capitalize()} ({node.kind}).", "")
        yield from _table((*node.properties, *clock_of(node)))
    yield ""
    yield "## Relationships"
    for link in RELATIONSHIPS:
        ends = ", ".join(f"{a} -> {b}" for a, b in link.ends)
        if len(link.ends) > 12:
            ends = "between any of " + ", ".join(sorted({a for a, _ in link.ends}))
        yield from ("", f"### {link.type}", "", f"{link.text.capitalize()} ({link.kind}): {ends}.", "")
        yield from _table((*link.properties, *clock_of(link)))


def _table(properties: Sequence[Property]) -> Iterator[str]:
    yield "| property | type | unit | meaning |"
    yield "|---|---|---|---|"
    for p in properties:
        derived = " (derived)" if p.kind == "derived" else ""
        yield f"| `{p.name}` | {p.type} | {p.unit} | {p.text}{derived} |"
