"""The four-property checks over HTTP: counts of results, and what failed or was not run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.checks.results import CheckFilter, CheckPage, CheckSummary, check_summary, checks

router = APIRouter(tags=["checks"])


@router.get("/checks", summary="Checks of records that failed or were not run", responses=problems(400, 422))
def list_checks(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    phase: Annotated[str | None, Query(description="GD, YJ or CQ.", examples=["GD"])] = None,
    property_: Annotated[
        str | None,
        Query(
            alias="property",
            description="authenticity, completeness, usability or security.",
            examples=["authenticity"],
        ),
    ] = None,
    code: Annotated[str | None, Query(description="Code of a check.", examples=["GD-1-7"])] = None,
    outcome: Annotated[str | None, Query(description="fail or not_run.", examples=["fail"])] = None,
    class_: Annotated[str | None, Query(alias="class", description="Class of the record.", examples=["4-1"])] = None,
    room: Annotated[str | None, Query(description="Code of the room.", examples=["一库"])] = None,
    material: Annotated[str | None, Query(description="Id of a record.", examples=["hall:m-id"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CheckPage:
    """Of each record and phase, the last run that looked at it."""
    wanted = CheckFilter(
        phase=phase, property=property_, code=code, outcome=outcome, class_=class_, room=room, material=material
    )
    page = checks(archive.store, viewer, wanted, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get("/checks/summary", summary="Results of the checks, counted")
def get_summary(archive: ArchiveOf, viewer: ViewerOf) -> CheckSummary:
    """By phase, property, check, class and room; and what was found of whole runs."""
    return check_summary(archive.store, viewer)
