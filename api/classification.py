"""What was classified how, and the list for review, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.classified import Classification, ReviewOf, ReviewPage, classification, review

router = APIRouter(tags=["classification"])


@router.get("/classification", summary="What was classified how")
def get_classification(archive: ArchiveOf, viewer: ViewerOf) -> Classification:
    """How many records are of each type and class, and whether name, synonym, term, model or decision said so."""
    return classification(archive.store, viewer)


@router.get(
    "/classification/review",
    summary="The titles that are unclassified, the most frequent first",
    responses=problems(400, 422),
)
def list_for_review(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    of: Annotated[
        ReviewOf,
        Query(description="Without a type, without a class of a scheme, or (any) of every scheme.", examples=["si"]),
    ] = "any",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ReviewPage:
    """What each may be, with a record of it: a decision of the kind `class` (POST /decisions) says what it is."""
    page = review(archive.store, viewer, of, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page
