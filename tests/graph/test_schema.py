"""The schema and what is made from it."""

from __future__ import annotations

from pathlib import Path

from graph.query_files import header, names
from graph.schema import NODE, RELATIONSHIPS
from graph.schema_page import schema_page

ROOT = Path(__file__).parents[2]


def test_the_schema_page_is_fresh() -> None:
    assert (ROOT / "docs" / "schema.md").read_text(encoding="utf-8") == schema_page()


def test_every_end_of_a_relationship_is_a_label() -> None:
    for link in RELATIONSHIPS:
        for pair in link.ends:
            assert set(pair) <= set(NODE), link.type
        assert set(link.key) <= {p.name for p in link.properties}, link.type


def test_each_query_has_its_twin_with_the_same_header() -> None:
    assert names("duckdb") == names("neo4j")
    for name in names("duckdb"):
        lines = header("duckdb", name)
        assert lines == header("neo4j", name), name
        assert [line.split(":")[0] for line in lines if line.startswith(("Parameters", "Columns"))] == [
            "Parameters",
            "Columns",
        ], name
