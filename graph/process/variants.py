"""Variants: cases with the same activities in the same order, and how many of the cases the frequent ones cover."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel

from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.process.filters import ProcessFilter
from graph.process.metrics import Standing, standing
from graph.process.selection import Selection, steady
from graph.process.variant_ids import activities_of, variant_id
from graph.store import Store
from graph.viewer import Viewer


class Variant(BaseModel):
    """A variant: its place by frequency from 1, its activities (null where an event names none), its cases, their
    share, the share of the cases in it and all before it, and the median seconds from first to last event."""

    rank: int
    id: str
    activities: list[str | None]
    cases: int
    share: float
    coverage: float
    median: float | None
    cases_at: str


class VariantPage(Standing):
    """A page of variants, the most frequent first; `variants` there are of `cases` cases."""

    items: list[Variant]
    next: str | None
    cases: int
    variants: int


def variants(
    store: Store, viewer: Viewer, wanted: ProcessFilter, *, limit: int = 50, cursor: str | None = None
) -> VariantPage:
    """A page of the variants of the cases that `wanted` describes. Raises UsageError for a cursor that is none."""
    (after,) = position(cursor, "variants", "count")
    begin = after or 0

    def ask(selection: Selection) -> VariantPage:
        order, counts = _by_frequency(selection)
        covered = np.cumsum(counts[order])
        shown = order[begin : begin + limit]
        rows = [
            _variant(selection, code, begin + i + 1, int(counts[code]), int(covered[begin + i]))
            for i, code in enumerate(shown.tolist())
        ]
        return VariantPage(
            **standing(store, selection, ("variant", "span_median")),
            items=rows,
            next=cursor_of(begin + limit) if begin + limit < len(order) else None,
            cases=len(selection.places),
            variants=len(order),
        )

    return steady(store, viewer, wanted, ask)


def _by_frequency(selection: Selection) -> tuple[np.ndarray, np.ndarray]:
    """The variants by the number of cases, ties by their activities; and the number of each."""
    paths = selection.columns.paths
    counts = np.bincount(paths.of[selection.places], minlength=len(paths.members))
    there = np.flatnonzero(counts)
    order = sorted(there.tolist(), key=lambda code: (-int(counts[code]), paths.members[code].tolist()))
    return np.array(order, np.int64), counts


def _variant(selection: Selection, code: int, rank: int, cases: int, covered: int) -> Variant:
    columns = selection.columns
    activities = activities_of(columns, columns.paths.members[code])
    seconds = columns.seconds[selection.places[columns.paths.of[selection.places] == code]]
    known = seconds[~np.isnan(seconds)]
    id_ = variant_id(activities)
    return Variant(
        rank=rank,
        id=id_,
        activities=activities,
        cases=cases,
        share=cases / len(selection.places),
        coverage=covered / len(selection.places),
        median=float(np.median(known)) if len(known) else None,
        cases_at=selection.cases_at("variant", id_),
    )
