"""Standards over HTTP: what a draft would change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.archive import ArchiveOf, ViewerOf
from api.problems import problems
from graph.simulation import Simulation, simulation
from graph.standard import ItemStandard
from graph.working_days import working_days

router = APIRouter(tags=["standards"])
DraftOf = Annotated[
    ItemStandard, Body(description="The standard as JSON, with the keys of its file (docs/standards.md).")
]


@router.post(
    "/standards/simulation",
    summary="The past cases of an item under a draft: who would be affected, and how",
    responses=problems(404, 422),
)
def simulate(
    archive: ArchiveOf,
    viewer: ViewerOf,
    draft: DraftOf,
    limit: Annotated[int, Query(ge=0, le=1000, description="How many of the affected cases are listed.")] = 50,
) -> Simulation:
    """Nothing is written: every case of the item is looked at as if the draft had been in force at its acceptance."""
    return simulation(archive.store, viewer, draft, working_days(archive.settings), limit=limit)
