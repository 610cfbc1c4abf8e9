"""The demo archive on both engines: the same answers to everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from demo.archive import Archive, write
from graph.cases import CaseFilter, cases
from graph.chain import chain
from graph.items import items
from graph.library import library
from graph.matters import matter_chain
from graph.overview import overview
from graph.status import status
from graph.subjects import persons
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.demo_archives import Demo, load_demo

Answers = dict[str, Any]
TIMES: Any = {"loads": {"__all__": {"opened_at", "committed_at"}}}
"""When the two stores were loaded."""


@pytest.mark.slow
@pytest.mark.neo4j
def test_both_engines_answer_alike(tmp_path: Path, duckdb_uri: str, empty_neo4j: str) -> None:
    written = write(tmp_path / "demo", 100)
    embedded, server = (of_engine(written, uri) for uri in (duckdb_uri, empty_neo4j))
    assert embedded.keys() == server.keys()
    assert [name for name, answer in embedded.items() if answer != server[name]] == []


def of_engine(written: Archive, uri: str) -> Answers:
    """Every answer by what was asked."""
    with archive(uri) as (store, settings):
        demo = load_demo(written, store, settings)
        return dict(answers(demo))


def answers(demo: Demo) -> Iterator[tuple[str, Any]]:
    store = demo.store
    for one in demo.dossiers():
        yield f"dossier {one.id}", one.model_dump()
        for item, found in demo.reuse(one.id, one.label).items():
            yield f"reuse {one.id} {item}", found.model_dump()
    for case_id in demo.truth("cases"):
        yield f"chain {case_id}", chain(store, LOCAL_OPERATOR, case_id).model_dump()
    for number in demo.truth("matters"):
        yield f"matter {number}", matter_chain(store, LOCAL_OPERATOR, number).model_dump()
    yield "library", library(store, LOCAL_OPERATOR).model_dump()
    yield "overview", overview(store, LOCAL_OPERATOR).model_dump(exclude=TIMES)
    yield "status", status(store, LOCAL_OPERATOR).model_dump(exclude={"store": True, "engine": True, **TIMES})
    yield "persons", listed(lambda c: persons(store, LOCAL_OPERATOR, limit=70, cursor=c))
    yield "cases", listed(lambda c: cases(store, LOCAL_OPERATOR, CaseFilter(), limit=70, cursor=c))
    yield "items", listed(lambda c: items(store, LOCAL_OPERATOR, limit=7, cursor=c))


def listed(page: Callable[[str | None], Any]) -> list[BaseModel]:
    """All pages of a list."""
    pages = [page(None)]
    while pages[-1].next:
        pages.append(page(pages[-1].next))
    return pages
