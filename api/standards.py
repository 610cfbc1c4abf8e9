"""Standards of service items over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.archive import ArchiveOf, ViewerOf
from api.problems import problems
from graph.simulation import Simulation, simulation
from graph.standard import ItemStandard
from graph.working_days import working_days

router = APIRouter(tags=["standards"])
DRAFT: dict[str, Any] = {
    "item": "card",
    "name": "社会保障卡申领",
    "region": "某市",
    "life_stage": "insurance",
    "applicant": "person",
    "valid_from": "2020-01-01",
    "source": "guide",
    "sources": {"guide": "办事指南"},
    "criteria": [],
    "registration": [],
    "materials": [],
    "review": [{"activity": "受理", "stage": "acceptance", "role": "窗口", "source": "guide"}],
    "limit": {"days": 10, "kind": "working", "source": "guide"},
    "e_material": {"formats": ["application/pdf"], "source": "guide"},
    "archive": None,
}


@router.post(
    "/standards/simulation",
    summary="The past cases of an item under a draft: who would be affected, and how",
    responses=problems(404, 422),
)
def simulate(
    archive: ArchiveOf,
    viewer: ViewerOf,
    draft: Annotated[
        dict[str, Any],
        Body(
            description="The standard as JSON, with the keys of its file (docs/standard.schema.json).",
            examples=[DRAFT],
        ),
    ],
    limit: Annotated[
        int, Query(ge=0, le=1000, description="How many of the affected cases are listed.", examples=[50])
    ] = 50,
) -> Simulation:
    """Nothing is written: every case of the item is looked at as if the draft had been in force at its acceptance."""
    try:
        standard = ItemStandard.model_validate(draft)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    return simulation(archive.store, viewer, standard, working_days(archive.settings), limit=limit)
