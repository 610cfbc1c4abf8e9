"""The directly-follows map: which activity follows which, how often and after how long, and where the time goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel

from graph.process.columns import Ints, Reals
from graph.process.filters import ProcessFilter
from graph.process.metrics import Standing, standing
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.viewer import Viewer

BOTTLENECKS = 10


class Activity(BaseModel):
    """An activity: its events, its cases, and how many of them begin and end with it."""

    activity: str | None
    events: int
    cases: int
    starts: int
    ends: int
    cases_at: str
    starts_at: str
    ends_at: str


class Step(BaseModel):
    """One activity directly followed by another: how often, in how many cases, and the seconds between; of `timed`
    steps both instants are known. `share` is its part of the time of all steps."""

    from_activity: str | None
    to_activity: str | None
    steps: int
    cases: int
    timed: int
    median: float | None
    mean: float | None
    total: float
    share: float | None
    cases_at: str


class ProcessMap(Standing):
    """Activities and steps, the most frequent first; `bottlenecks` are the steps with most time in total."""

    cases: int
    events: int
    steps_total: int
    activities: list[Activity]
    steps: list[Step]
    bottlenecks: list[Step]


def process_map(store: Store, viewer: Viewer, wanted: ProcessFilter) -> ProcessMap:
    """The directly-follows map of the cases that `wanted` describes."""

    def ask(selection: Selection) -> ProcessMap:
        steps = _steps(selection)
        activities = _activities(selection)
        slow = sorted((one for one in steps if one.total > 0), key=lambda one: -one.total)
        return ProcessMap(
            **standing(store, selection, ("step", "activity", "bottleneck")),
            cases=len(selection.places),
            events=sum(one.events for one in activities),
            steps_total=sum(one.steps for one in steps),
            activities=activities,
            steps=steps,
            bottlenecks=slow[:BOTTLENECKS],
        )

    return steady(store, viewer, wanted, ask)


def _activities(selection: Selection) -> list[Activity]:
    columns, chosen = selection.columns, selection.chosen
    names = columns.activity.values
    codes, size = columns.activity.codes, len(names)
    of = chosen[columns.place]
    events = np.bincount(codes[of], minlength=size)
    numbers = np.bincount(columns.paths.of[selection.places], minlength=len(columns.paths.members))
    cases = np.zeros(size, np.int64)
    for number, members in zip(numbers.tolist(), columns.paths.members, strict=True):
        if number:
            cases[np.unique(members)] += number
    held = selection.places[columns.counts[selection.places] > 0]
    starts = np.bincount(codes[columns.starts[held]], minlength=size)
    ends = np.bincount(codes[columns.starts[held + 1] - 1], minlength=size)
    order = sorted(np.flatnonzero(events).tolist(), key=lambda code: -int(events[code]))
    return [
        Activity(
            activity=names[code],
            events=int(events[code]),
            cases=int(cases[code]),
            starts=int(starts[code]),
            ends=int(ends[code]),
            cases_at=selection.cases_at("activity", names[code]),
            starts_at=selection.cases_at("start", names[code]),
            ends_at=selection.cases_at("end", names[code]),
        )
        for code in order
    ]


@dataclass(frozen=True)
class _Of:
    """The steps of one pair of activities."""

    pair: int
    place: Ints
    seconds: Reals


def _steps(selection: Selection) -> list[Step]:
    steps, chosen = selection.columns.steps, selection.chosen
    of = np.flatnonzero(chosen[steps.place])
    if not len(of):
        return []
    # Small integers are sorted by radix, in their order: the cases of each pair stay together.
    small = np.int16 if steps.size**2 < 2**15 else np.int32
    order = of[np.argsort(steps.pair[of].astype(small), kind="stable")]
    pairs, first = np.unique(steps.pair[order], return_index=True)
    parts = [
        _Of(int(pair), steps.place[part], steps.seconds[part])
        for pair, part in zip(pairs.tolist(), np.split(order, first[1:]), strict=True)
    ]
    whole = float(np.nansum(steps.seconds[of]))
    parts.sort(key=lambda one: (-len(one.place), one.pair))
    return [_step(selection, one, whole) for one in parts]


def _step(selection: Selection, of: _Of, whole: float) -> Step:
    names, size = selection.columns.activity.values, selection.columns.steps.size
    before, after = names[of.pair // size], names[of.pair % size]
    timed = of.seconds[~np.isnan(of.seconds)]
    total = float(timed.sum())
    return Step(
        from_activity=before,
        to_activity=after,
        steps=len(of.place),
        cases=1 + int(np.count_nonzero(np.diff(of.place))),
        timed=len(timed),
        median=float(np.median(timed)) if len(timed) else None,
        mean=total / len(timed) if len(timed) else None,
        total=total,
        share=total / whole if whole else None,
        cases_at=selection.cases_at("step", before, after),
    )
