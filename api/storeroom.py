"""Filing and the storerooms over HTTP: filing, places, reconciliation, retention, readiness."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.errors import UsageError
from graph.filing.inventory import BoxLabels, Inventory, inventory, labels
from graph.filing.run import FilingReport, WorkList, arrange, file_cases, work_list
from graph.readiness import Readiness, readiness
from graph.reconcile import Differences, Kind, Reconciliation, differences, reconcile
from graph.retention import DueRecords, Retention, falling_due, retention
from graph.storeroom import Boxes, Positions, Rooms, boxes_of_room, find_places, rooms

router = APIRouter(tags=["storeroom"])


class FilingRequest(BaseModel):
    """What is to be filed: the records of `cases` (of all completed ones without), or with `catalogue` what no case
    left."""

    cases: list[str] | None = Field(None, description="Ids of completed cases.", examples=[["hall:A-2024-001"]])
    catalogue: bool = Field(False, description="Whether to arrange what no case left.", examples=[True])


@router.post("/filing", summary="File what is in no volume", responses=problems(400, 404, 409, 422))
def file(
    archive: ArchiveOf,
    viewer: ViewerOf,
    asked: Annotated[FilingRequest, Body(description="What is to be filed.")],
) -> FilingReport:
    """Each load files what it completes by itself; this files the rest."""
    if asked.catalogue:
        return arrange(archive.store, archive.settings, viewer)
    return file_cases(archive.store, archive.settings, viewer, asked.cases)


@router.get("/filing/work-list", summary="What could not be filed, and why", responses=problems(400, 422))
def list_work(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> WorkList:
    """Records and boxes that wait, with the reason of each and what would mend it."""
    page = work_list(archive.store, archive.settings, viewer, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get("/rooms", summary="The storerooms and how full they are")
def list_rooms(archive: ArchiveOf, viewer: ViewerOf) -> Rooms:
    """Rooms with their shelves, physical ones first."""
    return rooms(archive.store, viewer)


@router.get("/rooms/boxes", summary="The boxes of a room", responses=problems(404, 422))
def list_boxes(
    archive: ArchiveOf,
    viewer: ViewerOf,
    room: Annotated[str, Query(min_length=1, description="Id or code of the room.", examples=["R1"])],
) -> Boxes:
    """Its boxes by shelf and place, and how thick their paper is."""
    return boxes_of_room(archive.store, archive.settings, viewer, room)


@router.get("/places", summary="Where something is", responses=problems(404, 409, 422))
def find_place(
    archive: ArchiveOf,
    viewer: ViewerOf,
    text: Annotated[
        str, Query(min_length=1, description="档号, code, or a person.", examples=["A001-ZY·1·2024·D50-0001-001"])
    ],
) -> Positions:
    """Volume, box, shelf and room of a record, volume, box, or of what is about a person."""
    return find_places(archive.store, viewer, text)


@router.get("/inventory", summary="The records of a volume, as they are printed", responses=problems(404, 409, 422))
def list_volume(
    archive: ArchiveOf,
    viewer: ViewerOf,
    volume: Annotated[str, Query(min_length=1, description="Id or code of the volume.", examples=["A002-RS-001"])],
) -> Inventory:
    """卷内目录, in the order of the places."""
    return inventory(archive.store, viewer, volume)


@router.get("/labels", summary="The labels of boxes", responses=problems(400, 404, 409, 422))
def list_labels(
    archive: ArchiveOf,
    viewer: ViewerOf,
    room: Annotated[str | None, Query(description="All boxes of this room, by id or code.", examples=["R1"])] = None,
    box: Annotated[str | None, Query(min_length=1, description="This box, by id or code.", examples=["B-7"])] = None,
) -> BoxLabels:
    """Of the boxes of a room, or of one box."""
    if (room is None) is (box is None):
        raise UsageError("Either a room or a box has to be named.", "Give room or box.")
    return labels(archive.store, viewer, room=room, box=box)


@router.get("/reconciliation", summary="Paper, copies, persons and places compared, counted")
def count_differences(archive: ArchiveOf, viewer: ViewerOf) -> Reconciliation:
    """How many have no partner, by kind, room and class."""
    return reconcile(archive.store, archive.settings, viewer)


@router.get("/reconciliation/{kind}", summary="The differences of a kind", responses=problems(400, 422))
def list_differences(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    kind: Annotated[Kind, Path(description="Which differences.", examples=["no_copy"])],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Differences:
    """One by one, by id."""
    page = differences(archive.store, archive.settings, viewer, kind, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get("/retention", summary="How long records are kept, and what falls due by year", responses=problems(422))
def count_retention(
    archive: ArchiveOf,
    viewer: ViewerOf,
    until: Annotated[int | None, Query(description="Only up to this year.", examples=[2035])] = None,
) -> Retention:
    """By class and retention. Nothing is deleted."""
    return retention(archive.store, viewer, until)


@router.get("/retention/{year}", summary="The records that fall due in a year", responses=problems(400, 422))
def list_due(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    year: Annotated[int, Path(ge=1, le=9999, description="The year.", examples=[2035])],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DueRecords:
    """Their term has run out on 1 January of it."""
    page = falling_due(archive.store, viewer, year, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get("/readiness", summary="Which records could do without paper")
def show_readiness(archive: ArchiveOf, viewer: ViewerOf) -> Readiness:
    """By item and class, with what blocks the others (单套制)."""
    return readiness(archive.store, archive.settings, viewer)
