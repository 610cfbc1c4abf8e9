"""Concept drift: how much the way of working of one month's cases differs from that of the month before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel

from graph.process.columns import NONE, Ints, ProcessColumns, Reals, month_text
from graph.process.filters import CasesOf, ProcessFilter, cases_at, group_filter
from graph.process.metrics import Standing, standing
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.viewer import Viewer

DRAWS, SEED, LEVEL = 200, 20150101, 0.95


class DriftMonth(BaseModel):
    """A month by the opening of its cases, with `steps` steps. `distance` is that of its directly-follows
    distribution to the one of month `before`; `by_chance` the distance that chance stays below in 95 of 100
    divisions of both months' cases. All null where there is no month before, or one of the two has no steps."""

    month: str
    cases: int
    steps: int
    before: str | None
    distance: float | None
    by_chance: float | None
    drift: bool | None
    cases_at: str


class Drift(Standing):
    """The months that have cases, in order; `undated` cases have no month."""

    months: list[DriftMonth]
    undated: int


def drift(store: Store, viewer: Viewer, wanted: ProcessFilter) -> Drift:
    """The distances between the months of the cases that `wanted` describes."""

    def ask(selection: Selection) -> Drift:
        month = selection.columns.opened_month[selection.places]
        dated = month != NONE
        return Drift(
            **standing(store, selection, ("drift",)),
            months=list(_months(selection, selection.places[dated], month[dated])),
            undated=int((~dated).sum()),
        )

    return steady(store, viewer, wanted, ask)


def _months(selection: Selection, places: Ints, month: Ints) -> list[DriftMonth]:
    pairs = _pairs(selection.columns)
    rows: list[DriftMonth] = []
    before: tuple[int, Ints] | None = None
    for one in np.unique(month).tolist():
        of = selection.columns.paths.of[places[month == one]]
        number = np.bincount(of, minlength=len(selection.columns.paths.members))
        compared = _compared(pairs, before[1], number) if before else None
        rows.append(
            DriftMonth(
                month=month_text(one),
                cases=len(of),
                steps=int((number[pairs.variant]).sum()),
                before=month_text(before[0]) if before else None,
                distance=compared[0] if compared else None,
                by_chance=compared[1] if compared else None,
                drift=compared[0] > compared[1] if compared else None,
                cases_at=cases_at(group_filter(selection.wanted, "month", month_text(one)), CasesOf()),
            )
        )
        before = (one, number)
    return rows


@dataclass(frozen=True)
class _Pairs:
    """Every step of every variant: the variant, and the pair of activities as a place among all pairs."""

    variant: Ints
    pair: Ints
    size: int


def _pairs(columns: ProcessColumns) -> _Pairs:
    members = columns.paths.members
    size = len(columns.activity.values)
    lengths = [max(0, len(one) - 1) for one in members]
    variant = np.repeat(np.arange(len(members)), lengths)
    found = [one[:-1] * size + one[1:] for one in members if len(one) > 1]
    distinct, pair = np.unique(np.concatenate(found) if found else np.zeros(0, np.int64), return_inverse=True)
    return _Pairs(variant, pair, len(distinct))


def _compared(pairs: _Pairs, before: Ints, now: Ints) -> tuple[float, float] | None:
    """The distance of two months, given by the number of cases of each variant, and that which chance gives."""
    both = np.flatnonzero(before + now)
    of = np.isin(pairs.variant, both)
    place, pair = np.searchsorted(both, pairs.variant[of]), pairs.pair[of]
    distinct, pair = np.unique(pair, return_inverse=True)
    whole = np.bincount(pair, (before + now)[both][place], len(distinct))
    found = distance(np.bincount(pair, now[both][place], len(distinct)), whole)
    if found is None:
        return None
    draw = np.random.default_rng(SEED)
    parts = draw.multivariate_hypergeometric((before + now)[both], int(now.sum()), DRAWS, method="marginals")
    distances = [distance(np.bincount(pair, part[place], len(distinct)), whole) for part in parts]
    known = [one for one in distances if one is not None]
    return found, float(np.quantile(known, LEVEL)) if known else 0.0


def distance(part: Ints | Reals, whole: Ints | Reals) -> float | None:
    """Total variation distance between the distribution of the counts of a part and that of the rest of a whole; None
    where one of the two is empty."""
    rest = whole - part
    if not part.sum() or not rest.sum():
        return None
    return float(np.abs(part / part.sum() - rest / rest.sum()).sum() / 2)
