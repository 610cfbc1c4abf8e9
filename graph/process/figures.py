"""The figures of a group of cases: cycle time, rework, first time right, deviations."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel

from graph.process.columns import Ints
from graph.process.filters import By, CasesOf, FigureName, cases_at, group_filter
from graph.process.selection import Selection
from graph.process.survival import quantiles

MS = 1000


class Figure(BaseModel):
    """A figure by the definition of its name: `value` in its unit, null where there is none; counted from `cases`
    cases, which the query `cases_at` of the API lists. Of a share they are the cases that it counts."""

    value: float | None
    cases: int
    cases_at: str


class Group(BaseModel):
    """The figures of the cases that have a value of what is grouped by; `key` is null for those without one, and
    where nothing is grouped."""

    key: str | None
    name: str | None
    figures: dict[str, Figure]


def group(selection: Selection, by: By | None, key: str | None, name: str | None, places: Ints) -> Group:
    """The figures of some of the selected cases."""
    return Group(key=key, name=name, figures=_Figures(selection, by, key, places).all())


class _Figures:
    def __init__(self, selection: Selection, by: By | None, key: str | None, places: Ints) -> None:
        self._selection, self._places = selection, places
        self._of = group_filter(selection.wanted, by, key)

    def all(self) -> dict[str, Figure]:
        chosen, places = self._selection, self._places
        status = chosen.columns.status
        ended = int(chosen.over[places].sum())
        return {
            "cases": self._count("cases", len(places)),
            "closed": self._count("closed", int(status.is_("closed")[places].sum())),
            "open": self._count("open", int(chosen.running[places].sum())),
            "assumed": self._count("assumed", int(chosen.assumed[places].sum())),
            "left_out": self._count("left_out", int((~chosen.measured)[places].sum())),
            **self._cycle(),
            **self._span(),
            "rework": self._share("rework", int(chosen.rework[places].sum()), len(places)),
            "first_time_right": self._share("first_time_right", int(chosen.first_time_right[places].sum()), ended),
            "deviating": self._share("deviating", int(chosen.deviating[places].sum()), len(places)),
        }

    def _cycle(self) -> dict[str, Figure]:
        chosen = self._selection
        places = self._places[chosen.measured[self._places]]
        median, p90 = quantiles(chosen.lengths[places], ~chosen.running[places], (0.5, 0.9))
        return {
            name: self._figure("cycle", None if ms is None else ms / MS, len(places))
            for name, ms in (("cycle_median", median), ("cycle_p90", p90))
        }

    def _span(self) -> dict[str, Figure]:
        chosen = self._selection
        places = self._places[chosen.spans[self._places]]
        seconds = chosen.columns.seconds[places]
        return {
            "span_median": self._figure("span", float(np.median(seconds)) if len(seconds) else None, len(seconds)),
            "span_p90": self._figure(
                "span", float(np.quantile(seconds, 0.9)) if len(seconds) else None, len(seconds)
            ),
            "span_mean": self._figure("span", float(seconds.mean()) if len(seconds) else None, len(seconds)),
        }

    def _count(self, name: FigureName, cases: int) -> Figure:
        return self._figure(name, cases, cases)

    def _share(self, name: FigureName, part: int, whole: int) -> Figure:
        return self._figure(name, part / whole if whole else None, part)

    def _figure(self, name: FigureName, value: float | None, cases: int) -> Figure:
        return Figure(value=value, cases=cases, cases_at=cases_at(self._of, CasesOf(figure=name)))
