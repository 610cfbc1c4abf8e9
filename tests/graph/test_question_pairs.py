"""The queries of dossier and reuse: the same rows from both engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph.prevailing import SINGLE_VALUED
from graph.query_files import names
from tests.archives import archive
from tests.graph.sample import FIRM, LI, NUMBER, OLD_ZHANG, ZHANG, write_all

IDS = {
    "applied": [ZHANG, LI, FIRM],
    "cases_of_persons": ["hall:1", "hall:3", "nowhere"],
    "about": [ZHANG, OLD_ZHANG, LI, FIRM, "hall:1"],
    "concerns": [FIRM],
    "same_as": [OLD_ZHANG],
    "case_events": ["hall:1", "hall:2", "hall:3"],
    "event_materials": ["e1", "e2", "e3", "e4"],
    "received": ["e1", "e2", "e3", "e4"],
    "paid": [ZHANG, OLD_ZHANG, LI, FIRM, "hall:1"],
    "event_cases": ["e1", "e2", "e3", "e4"],
    "material_events": ["m-photo", "m-photo-2", "m-licence", "m-card"],
    "filed": ["m-card", "m-register", "m-photo"],
    "material_links": ["m-card", "m-register", "m-photo"],
    "boxes": ["v1"],
    "shelves": ["b1"],
    "rooms": ["s1"],
    "stated_by": ["x-name", "x-phone", "x-firm", "x-work"],
    "decisions": ["x-name"],
}


def asked() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every query of these questions with parameters that find something in the sample."""
    for name, ids in IDS.items():
        yield f"dossier/{name}", {"ids": ids, "load": 5}
        yield f"dossier/{name}", {"ids": ids, "load": 2}
    for name in ("find/items", "find/material_types", "dossier/link_types", "reuse/submissions", "reuse/same_as"):
        yield name, {"load": 5}
    for text, number in ((ZHANG, None), (FIRM, None), ("x", NUMBER)):
        yield "find/subjects", {"text": text, "number": number}
    for after in (None, LI):
        page = {"load": 5, "limit": 2, "text": None, "number": None, "after_name": None, "after_id": after}
        yield "find/persons", page
    yield "reuse/required", {"ids": ["card@2022-01-01", "retire@2010-01-01"], "load": 5}
    yield "derive/statements", {"ids": [ZHANG, OLD_ZHANG, LI, FIRM], "fields": list(SINGLE_VALUED)}
    yield "derive/material_titles", {"after": "m-li", "limit": 3}
    yield "derive/material_types", {}
    yield "derive/item_versions", {}
    yield "derive/case_items", {"ids": ["hall:1", "hall:2", "nowhere"]}


def test_every_query_of_the_questions_is_asked() -> None:
    named = {name for name, _ in asked()}
    assert {n for n in names("duckdb") if n.startswith(("dossier/", "reuse/"))} <= named


@pytest.mark.neo4j
def test_both_engines_give_the_same_rows(duckdb_uri: str, empty_neo4j: str) -> None:
    def answers(uri: str) -> list[tuple[str, list[Any]]]:
        with archive(uri) as (store, settings):
            write_all(store, settings)
            return [(name, store.read(name, **params)) for name, params in asked()]

    embedded, server = answers(duckdb_uri), answers(empty_neo4j)
    for (name, rows), (_, others) in zip(embedded, server, strict=True):
        assert rows == others, name
    empty = {"dossier/concerns", "dossier/decisions", "dossier/event_materials", "dossier/paid"}
    assert {name for name, rows in embedded if rows} >= {name for name, _ in asked()} - empty


def test_an_empty_archive_answers_every_query(duckdb_uri: str) -> None:
    with archive(duckdb_uri) as (store, _):
        store.prepare()
        assert [store.read(name, **params) for name, params in asked()] == [[] for _ in asked()]
