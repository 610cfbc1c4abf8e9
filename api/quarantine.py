"""Rows that loads set aside, over HTTP: the list, one row, and mending."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query

from api.archive import ArchiveOf, Limit, ViewerOf
from api.problems import problems
from etl.mend import MendReport, MendRequest, mend
from graph.quarantine import ListedRows, QuarantineList, RowSetAside, quarantine, set_aside

router = APIRouter(tags=["quarantine"])
LoadNumber = Annotated[int, Path(description="Number of the load that set the rows aside.", examples=[3])]
RowNumber = Annotated[int, Path(description="Number of the row in its source.", examples=[7])]


@router.get("/quarantine", summary="Rows that loads set aside", responses=problems(422))
def get_quarantine(
    archive: ArchiveOf,
    viewer: ViewerOf,
    state: Annotated[
        ListedRows, Query(description="Those that are open, settled, or any.", examples=["open"])
    ] = "any",
    limit: Limit = 50,
) -> QuarantineList:
    """The latest loads first, with row, reason and what was decided of it."""
    return quarantine(archive.store, archive.settings, viewer, listed=state, limit=limit)


@router.get("/quarantine/{load}/rows/{row}", summary="One row that a load set aside", responses=problems(404, 422))
def get_row(load: LoadNumber, row: RowNumber, archive: ArchiveOf, viewer: ViewerOf) -> RowSetAside:
    """What its source said, column by column, and what came of it."""
    return set_aside(archive.store, archive.settings, viewer, load, row)


@router.post(
    "/quarantine/{load}/mended",
    summary="Mend rows and load them again",
    status_code=201,
    responses=problems(400, 404, 409, 422),
)
def post_mended(
    load: LoadNumber,
    archive: ArchiveOf,
    viewer: ViewerOf,
    mended: Annotated[
        MendRequest,
        Body(
            description="The rows, and what their columns are to say.",
            examples=[{"who": "王五", "why": "按原件", "rows": [{"row": 7, "fields": {"时间": "2024-10-05"}}]}],
        ),
    ],
) -> MendReport:
    """By the mapping of the load, as a load of its own; a row that cannot be taken is set aside again."""
    return mend(archive.store, archive.settings, viewer, load, mended)
