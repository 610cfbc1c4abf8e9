"""Samples for an audit over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.archive import ArchiveOf, ViewerOf, moment
from api.problems import problems
from graph.audit.risk import weight_of
from graph.sampling import By, Sample, SampleRequest, sample

router = APIRouter(tags=["evidence"])


@router.get(
    "/samples",
    summary="A sample of cases, random or by risk, that anyone can draw again",
    responses=problems(400, 422),
)
def get_sample(
    archive: ArchiveOf,
    viewer: ViewerOf,
    size: Annotated[int, Query(ge=1, le=100_000, description="How many cases.", examples=[20])],
    seed: Annotated[
        str, Query(min_length=1, max_length=200, description="What the draw depends on.", examples=["2024"])
    ],
    item: Annotated[str | None, Query(description="Service item.", examples=["card"])] = None,
    unit: Annotated[
        str | None,
        Query(description="Unit that handled the case first, by id or name.", examples=["受理窗口"]),
    ] = None,
    from_: Annotated[
        str | None, Query(alias="from", description="Opened then or later.", examples=["2024-06-01"])
    ] = None,
    to: Annotated[str | None, Query(description="Opened before.", examples=["2024-06-30"])] = None,
    stratify: Annotated[
        list[By] | None, Query(description="Strata; may be given several times.", examples=[["item", "unit"]])
    ] = None,
    by_risk: Annotated[
        bool, Query(description="Those of the highest risk by the findings of the last audit.", examples=[False])
    ] = False,
    weight: Annotated[
        list[str] | None,
        Query(description="NAME=NUMBER: weight of a severity or rule, with by_risk.", examples=[["high=5"]]),
    ] = None,
    frame: Annotated[bool, Query(description="With all cases that it was drawn from.", examples=[False])] = False,
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
        weights=dict(map(weight_of, weight or ())) if by_risk else None,
    )
    return sample(archive.store, viewer, wanted, with_frame=frame)
