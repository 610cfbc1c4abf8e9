"""Samples for an audit over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.archive import ArchiveOf, ViewerOf, moment
from graph.sampling import By, Sample, SampleRequest, sample

router = APIRouter(tags=["evidence"])


@router.get("/samples", summary="A random sample of cases that anyone can draw again")
def get_sample(
    archive: ArchiveOf,
    viewer: ViewerOf,
    size: Annotated[int, Query(ge=1, le=100_000, description="How many cases.")],
    seed: Annotated[str, Query(min_length=1, max_length=200, description="What the draw depends on.")],
    item: Annotated[str | None, Query(description="Service item.")] = None,
    unit: Annotated[str | None, Query(description="Unit that handled the case first, by id or name.")] = None,
    from_: Annotated[str | None, Query(alias="from", description="Opened then or later.")] = None,
    to: Annotated[str | None, Query(description="Opened before.")] = None,
    stratify: Annotated[list[By] | None, Query(description="Strata; may be given several times.")] = None,
    frame: Annotated[bool, Query(description="With all cases that it was drawn from.")] = False,
) -> Sample:
    """Of the last done load; the digest of the frame tells whether two samples were drawn from the same cases."""
    wanted = SampleRequest(
        size=size,
        seed=seed,
        item=item,
        unit=unit,
        from_at=moment(from_),
        to_at=moment(to),
        by=tuple(stratify or ()),
    )
    return sample(archive.store, viewer, wanted, with_frame=frame)
