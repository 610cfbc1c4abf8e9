"""Figures of processes over HTTP: times, months, deviations, drift, the map, variants, and the cases of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.archive import ArchiveOf, Cursor, Limit, ViewerOf, link_next
from api.problems import problems
from graph.cases import CasePage
from graph.process.cases import figure_cases
from graph.process.deviations import Deviations, deviations
from graph.process.drift import Drift, drift
from graph.process.filters import By, CasesOf, FigureName, ProcessFilter
from graph.process.metrics import Metrics, metrics
from graph.process.months import Months, months
from graph.process.process_map import ProcessMap, process_map
from graph.process.stages import StageTimes, stage_times
from graph.process.variants import VariantPage, variants

router = APIRouter(tags=["processes"])


def _filter(
    item: Annotated[str | None, Query(description="Service item, as the case names it.", examples=["card"])] = None,
    unit: Annotated[
        str | None, Query(description="Unit that took part, by id or name.", examples=["受理窗口"])
    ] = None,
    region: Annotated[str | None, Query(description="Region.", examples=["330110"])] = None,
    from_month: Annotated[
        str | None, Query(description="Opened in this month or later, in China.", examples=["2024-01"])
    ] = None,
    to_month: Annotated[
        str | None, Query(description="Opened in this month or earlier, in China.", examples=["2024-12"])
    ] = None,
    without: Annotated[
        tuple[By, ...], Query(description="Cases that have no item, unit, region or month.", examples=[["item"]])
    ] = (),
) -> ProcessFilter:
    return ProcessFilter(
        item=item, unit=unit, region=region, from_month=from_month, to_month=to_month, without=without
    )


Wanted = Annotated[ProcessFilter, Depends(_filter)]


@router.get("/metrics", summary="How many cases, how long, how often again", responses=problems(400, 422))
def list_metrics(
    archive: ArchiveOf,
    viewer: ViewerOf,
    wanted: Wanted,
    by: Annotated[By | None, Query(description="item, unit, region or month.", examples=["item"])] = None,
) -> Metrics:
    """Of all cases, or grouped; a case is in the group of each unit that took part. `definitions` explains each."""
    return metrics(archive.store, viewer, wanted, by)


@router.get("/metrics/stages", summary="How long each stage takes", responses=problems(400, 422))
def list_stages(archive: ArchiveOf, viewer: ViewerOf, wanted: Wanted) -> StageTimes:
    """Stages by their total time."""
    return stage_times(archive.store, viewer, wanted)


@router.get("/metrics/months", summary="Throughput and backlog by month", responses=problems(400, 422))
def list_months(archive: ArchiveOf, viewer: ViewerOf, wanted: Wanted) -> Months:
    """Cases opened, ended and left over, month by month."""
    return months(archive.store, viewer, wanted)


@router.get("/metrics/deviations", summary="Deviation rates by rule of the audit", responses=problems(400, 422))
def list_deviations(archive: ArchiveOf, viewer: ViewerOf, wanted: Wanted) -> Deviations:
    """As the last audit found them; `audit.loads_since` counts the loads since then."""
    return deviations(archive.store, viewer, wanted)


@router.get("/metrics/drift", summary="Concept drift by month", responses=problems(400, 422))
def list_drift(archive: ArchiveOf, viewer: ViewerOf, wanted: Wanted) -> Drift:
    """The distance of each month's directly-follows distribution from that of the month before."""
    return drift(archive.store, viewer, wanted)


@router.get("/metrics/cases", summary="The cases of a figure", responses=problems(400, 422))
def list_figure_cases(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    wanted: Wanted,
    figure: Annotated[FigureName, Query(description="The figure.", examples=["rework"])] = "cases",
    key: Annotated[
        str | None,
        Query(description="Its rule, stage, month, variant or activity; none for no stage.", examples=["2024-01"]),
    ] = None,
    then: Annotated[str | None, Query(description="The second activity of a step.", examples=["审核"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CasePage:
    """Each figure names the query of its cases in `cases_at`."""
    asked = CasesOf(figure=figure, key=key, then=then)
    page = figure_cases(archive.store, viewer, wanted, asked, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page


@router.get("/process-map", summary="Which activity follows which, and after how long", responses=problems(400, 422))
def show_process_map(archive: ArchiveOf, viewer: ViewerOf, wanted: Wanted) -> ProcessMap:
    """Activities and steps, the most frequent first, and the bottlenecks."""
    return process_map(archive.store, viewer, wanted)


@router.get("/variants", summary="Variants, the most frequent first", responses=problems(400, 422))
def list_variants(
    request: Request,
    response: Response,
    archive: ArchiveOf,
    viewer: ViewerOf,
    wanted: Wanted,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> VariantPage:
    """Cases with the same activities in the same order, with their coverage."""
    page = variants(archive.store, viewer, wanted, limit=limit, cursor=cursor)
    link_next(request, response, page.next)
    return page
