"""Limits of steps and cases in natural and working days, less the time in which the clock stood.

The day from which a limit counts is not counted itself, and a limit in natural days that would end on a day off ends
on the next working day (Civil Code of China, articles 201 and 203).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.conformance_findings import CaseUnder
from graph.working_days import UnknownYear, WorkingDays

Kind = Literal["natural", "working"]


@dataclass(frozen=True)
class Stop:
    """The clock stands from a day to another, None where it has not gone on."""

    first: int
    last: int | None


@dataclass(frozen=True)
class Kept:
    """Whether a limit was kept: `within`, `extended` (only if it was extended), `over` by `used` days, or `unknown`,
    since the days off of a `year` are."""

    how: Literal["within", "extended", "over", "unknown"]
    used: int = 0
    year: int = 0


def kept_limit(
    calendar: WorkingDays, start: int, end: int, days: int, kind: Kind, extension: int, stops: Sequence[Stop]
) -> Kept:
    """Whether what began on a day (since 1970) and ended on another kept a limit."""
    try:
        used = _used(calendar, start, end, kind, stops)
        if used <= days or _ends_on_next_working_day(calendar, end, used - days, kind):
            return Kept("within")
        if extension and (
            used <= days + extension or _ends_on_next_working_day(calendar, end, used - days - extension, kind)
        ):
            return Kept("extended")
    except UnknownYear as error:
        return Kept("unknown", year=error.year)
    return Kept("over", used)


def _used(calendar: WorkingDays, start: int, end: int, kind: Kind, stops: Sequence[Stop]) -> int:
    """The days after `start` up to `end` that count; a day on which the clock stands does not."""
    if not stops:
        return max(end - start, 0) if kind == "natural" else calendar.count(start + 1, end)
    stood: set[int] = set()
    for stop in stops:
        last = end if stop.last is None else min(stop.last, end)
        stood.update(range(max(stop.first, start) + 1, last + 1))
    counted = [day for day in range(start + 1, end + 1) if day not in stood]
    return sum(calendar.is_working(day) for day in counted) if kind == "working" else len(counted)


def _ends_on_next_working_day(calendar: WorkingDays, end: int, over: int, kind: Kind) -> bool:
    """Whether the days that are too many are days off and the working day after them."""
    if kind == "working" or over > 15:
        return False
    return calendar.next_working(end - over) >= end


def stops_of(under: CaseUnder, days: dict[int, int | None], places: dict[str, list[int]]) -> list[Stop]:
    """When the clock stood: from each event of a step that stops it to the next one of the step that starts it again.

    `days` are those of the events by place, `places` the events of each step.
    """
    stops = []
    for step in under.standard.review:
        if step.stops_clock_until is None:
            continue
        for place in places.get(step.activity, ()):
            following = [other for other in places.get(step.stops_clock_until, ()) if other > place]
            first, last = days[place], days[following[0]] if following else None
            if first is not None:
                stops.append(Stop(first, last))
    return stops
