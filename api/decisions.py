"""Decisions over HTTP: the list, and deciding."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.decide import DecisionRequest, decide
from graph.decisions import Decided, DecisionPage, decisions

router = APIRouter(tags=["decisions"])
Order = Annotated[
    DecisionRequest,
    Body(
        description="What is decided, by whom, and why.",
        examples=[{"kind": "match", "who": "王五", "why": "同一人两次建档", "persons": ["p-a", "p-b"]}],
    ),
]


@router.get("/decisions", summary="What was decided, the latest first", responses=problems(400, 422))
def list_decisions(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    kind: Annotated[
        str | None,
        Query(
            description="match, class, prevailing value, finding accepted, erasure or reversal.", examples=["match"]
        ),
    ] = None,
    about: Annotated[str | None, Query(description="Id of a record, or of a decision.", examples=["p-a"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DecisionPage:
    """Who decided what, when and why, what stood before, and what was reversed."""
    page = decisions(archive.store, viewer, kind=kind, about=about, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.post("/decisions", summary="Decide", status_code=201, responses=problems(400, 404, 409, 422))
def post_decision(archive: ArchiveOf, viewer: ViewerOf, decision: Order) -> Decided:
    """A decision is a load of its own. An erasure lists the files that are to be deleted by hand."""
    return decide(archive.store, archive.settings, viewer, decision)
