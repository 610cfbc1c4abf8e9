"""Batches of digitisation over HTTP; what is decided of them goes to POST /decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.digitisation.batches import Batch, BatchList, batch, batches

router = APIRouter(tags=["digitisation"])


@router.get("/batches", summary="Batches of digitisation and where each stands")
def list_batches(archive: ArchiveOf, viewer: ViewerOf) -> BatchList:
    """Those that were formed last first, each with its last sample and how often it was returned for rework."""
    return batches(archive.store, viewer)


@router.get("/batches/{code}", summary="One batch: sample, records, rounds", responses=problems(400, 404, 422))
def get_batch(
    code: Annotated[str, Path(description="Code of the batch.", examples=["P1"])],
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Batch:
    """It is made by the decisions `batch formed`, `batch sampled`, `batch inspected`, `batch judged`."""
    answer = batch(archive.store, viewer, code, limit=limit, cursor=cursor)
    link_next(request, response, answer.next)
    return answer
