"""Figures of the whole archive: what it holds, its cases by item, status and year, and its last loads."""

from __future__ import annotations

from pydantic import BaseModel

from graph.days import CHINA_OFFSET
from graph.items import known_items
from graph.status import LoadRow, status
from graph.store import Store
from graph.viewer import Viewer


class CaseCount(BaseModel):
    """How many cases an item has in a status, opened in a year (in China; null without an instant)."""

    item_id: str | None
    item_name: str | None
    status: str | None
    year: int | None
    cases: int


class MaterialCount(BaseModel):
    """How many materials are of a year; null for those whose date does not say it."""

    year: int | None
    materials: int


class Overview(BaseModel):
    """The archive as of its last done load; `nodes` counts records by label, `loads` has the latest first."""

    as_of_load: int
    open_load: int | None
    nodes: dict[str, int]
    cases: list[CaseCount]
    materials: list[MaterialCount]
    loads: list[LoadRow]


def overview(store: Store, viewer: Viewer, *, last_loads: int = 10) -> Overview:
    """The figures of the archive, with its `last_loads` loads."""
    held = status(store, viewer)
    load = held.as_of_load
    known = known_items(store, load) if load else None
    counts = store.read("overview/cases", load=load, offset=1000 * CHINA_OFFSET) if load else []
    materials = store.read("overview/materials", load=load) if load else []
    cases = []
    for item_id, state, year, number in counts:
        item = known.item_of(item_id) if known else None
        name = known.items[item]["name"] if known and item is not None and item in known.items else None
        cases.append(CaseCount(item_id=item_id, item_name=name, status=state, year=year, cases=number))
    return Overview(
        as_of_load=load,
        open_load=held.open_load,
        nodes=held.nodes,
        cases=cases,
        materials=[MaterialCount(year=year, materials=number) for year, number in materials],
        loads=held.loads[: -last_loads - 1 : -1],
    )
