"""Month by month: cases opened, ended, and left over."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel

from graph.process.columns import NONE, Ints, month_text, months_of
from graph.process.filters import ProcessFilter
from graph.process.metrics import Standing, standing
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.viewer import Viewer


class Month(BaseModel):
    """A month in China: the cases that opened in it, ended in it, and were not ended at its end."""

    month: str
    opened: int
    ended: int
    backlog: int
    opened_at: str
    ended_at: str
    backlog_at: str


class Months(Standing):
    """All months from the first opening to the last instant that is known of the cases' systems. `left_out` cases are
    not measurable; `unfinished` is the month that the last instant cuts short."""

    months: list[Month]
    left_out: int
    unfinished: str | None


def months(store: Store, viewer: Viewer, wanted: ProcessFilter) -> Months:
    """Throughput and backlog of the cases that `wanted` describes."""

    def ask(selection: Selection) -> Months:
        measured = np.flatnonzero(selection.chosen & selection.measured)
        rows = _rows(selection, measured) if len(measured) else []
        return Months(
            **standing(store, selection, ("opened", "ended", "backlog", "left_out")),
            months=rows,
            left_out=len(selection.places) - len(measured),
            unfinished=rows[-1].month if rows else None,
        )

    return steady(store, viewer, wanted, ask)


def _rows(selection: Selection, places: Ints) -> list[Month]:
    columns = selection.columns
    opened, ended = columns.opened_month[places], columns.ended_month[places]
    begin = int(opened.min())
    until = months_of(columns.until[places])
    size = max(int(opened.max()), int(ended.max()), int(until.max())) - begin + 1
    came = np.bincount(opened - begin, minlength=size)
    went = np.bincount(ended[ended != NONE] - begin, minlength=size)
    left = np.cumsum(came - went)
    return [
        Month(
            month=month_text(begin + i),
            opened=int(came[i]),
            ended=int(went[i]),
            backlog=int(left[i]),
            opened_at=selection.cases_at("opened", month_text(begin + i)),
            ended_at=selection.cases_at("ended", month_text(begin + i)),
            backlog_at=selection.cases_at("backlog", month_text(begin + i)),
        )
        for i in range(size)
    ]
