"""Items, reuse and the library of materials over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.archive import ArchiveOf, AsKnownAt, Cursor, Limit, ViewerOf, link_next, moment
from api.problems import problems
from graph.evidence.stood import ReuseProved, reuse_proved
from graph.items import ItemPage, items
from graph.library import LibraryPage, library, library_page
from graph.reuse import Reuse, reuse

router = APIRouter(tags=["reuse"])
SubjectOf = Annotated[
    str,
    Query(description="Person or organisation, by id, number, `system:key` or name.", examples=["p-zhang"]),
]
ItemsOf = Annotated[
    list[str], Query(description="Service items; may be given several times.", examples=[["card", "retire"]])
]
DayOf = Annotated[date | None, Query(description="Day of the application; default today.", examples=["2024-03-01"])]


@router.get("/items", summary="Service items", responses=problems(400, 422))
def list_items(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    query: Annotated[str | None, Query(description="Part of an id or a name.", examples=["退休"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ItemPage:
    """All items, or those that `query` finds, with their standards."""
    page = items(archive.store, viewer, query, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get(
    "/reuse",
    summary="What is on file of what items ask for, and what is to be submitted",
    responses=problems(400, 404, 409, 422),
)
def get_reuse(
    archive: ArchiveOf,
    viewer: ViewerOf,
    subject: SubjectOf,
    item: ItemsOf,
    as_known_at: AsKnownAt = None,
    on: DayOf = None,
) -> Reuse:
    """Each required material type once, fields likewise, and the share that need not be submitted again."""
    return reuse(archive.store, viewer, subject, item, moment(as_known_at), on)


@router.get(
    "/reuse/proof",
    summary="What need not be submitted again, and what proves it",
    responses=problems(400, 404, 409, 422),
)
def get_reuse_proof(
    archive: ArchiveOf,
    viewer: ViewerOf,
    subject: SubjectOf,
    item: ItemsOf,
    as_known_at: AsKnownAt = None,
    on: DayOf = None,
) -> ReuseProved:
    """As it stood, with proofs of the records and standards against the checkpoint of that time."""
    return reuse_proved(archive.store, archive.settings, viewer, subject, item, moment(as_known_at), on)


@router.get(
    "/library",
    summary="Types of materials: who asks for them, how often they come again",
    responses=problems(400, 422),
)
def get_library(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> LibraryPage:
    """The library for the last done load."""
    page = library_page(library(archive.store, viewer), limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page
