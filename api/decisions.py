"""Decisions over HTTP: the list, and deciding."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from graph.decide import DecisionRequest, decide
from graph.decisions import Decided, DecisionPage, decisions

router = APIRouter(tags=["decisions"])


@router.get("/decisions", summary="What was decided, the latest first")
def list_decisions(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    kind: Annotated[
        str | None,
        Query(description="match, class, prevailing value, finding accepted, erasure or reversal."),
    ] = None,
    about: Annotated[str | None, Query(description="Id of a record, or of a decision.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DecisionPage:
    """Who decided what, when and why, what stood before, and what was reversed."""
    page = decisions(archive.store, viewer, kind=kind, about=about, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.post("/decisions", summary="Decide", status_code=201)
def post_decision(archive: ArchiveOf, viewer: ViewerOf, decision: DecisionRequest) -> Decided:
    """A decision is a load of its own. An erasure lists the files that are to be deleted by hand."""
    return decide(archive.store, archive.settings, viewer, decision)
