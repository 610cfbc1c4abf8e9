"""Standards of service items over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.archive import ArchiveOf, AsKnownAt, Cursor, Limit, ViewerOf, link_next, moment
from api.problems import problems
from graph.item_standards import (
    Comparison,
    StandardVersion,
    VersionPage,
    compare_standards,
    standard_version,
    standard_versions,
)
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


@router.get("/standards", summary="All versions of standards, by item and first day", responses=problems(400, 422))
def list_standards(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    query: Annotated[str | None, Query(description="Part of an item's id or name.", examples=["card"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> VersionPage:
    """For the last done load."""
    page = standard_versions(archive.store, viewer, query, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get("/standards/comparison", summary="What differs between two versions", responses=problems(400, 404, 422))
def get_comparison(
    archive: ArchiveOf,
    viewer: ViewerOf,
    before: Annotated[str, Query(description="Version, or item for the one in force.", examples=["card@2020-01-01"])],
    after: Annotated[str, Query(description="Version, or item for the one in force.", examples=["card"])],
    as_known_at: AsKnownAt = None,
) -> Comparison:
    """What was added, changed and removed, part by part."""
    return compare_standards(archive.store, viewer, before, after, moment(as_known_at))


@router.get("/standards/{version:path}", summary="One version of a standard", responses=problems(400, 404, 422))
def get_standard(
    archive: ArchiveOf,
    viewer: ViewerOf,
    version: Annotated[
        str, Path(description="Its id, or an item for the one in force.", examples=["card@2020-01-01"])
    ],
    as_known_at: AsKnownAt = None,
) -> StandardVersion:
    """What it says, with the keys of its file."""
    return standard_version(archive.store, viewer, version, moment(as_known_at))
