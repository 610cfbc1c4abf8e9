"""The cases of a figure, page by page: every figure of processes leads to the cases that it is counted from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from graph import clock
from graph.cases import CasePage, CaseRow, readable
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.process.columns import Ints
from graph.process.filters import CasesOf, ProcessFilter
from graph.process.selection import Selection, steady
from graph.store import Store
from graph.viewer import Viewer


def figure_cases(
    store: Store,
    viewer: Viewer,
    wanted: ProcessFilter,
    asked: CasesOf,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> CasePage:
    """A page of the cases of a figure, the latest opened first. Raises UsageError for a figure without the key
    that it needs, a month that is none, or a cursor that is none."""
    after = position(cursor, "cases", "instant?", "text")

    def ask(selection: Selection) -> CasePage:
        places = _ordered(selection, np.flatnonzero(selection.of(asked)))
        if cursor is not None:
            places = places[_follow(selection, places, after)]
        rows = _rows(selection, places[:limit])
        more = len(places) > limit
        return CasePage(
            items=[CaseRow(**readable(row)) for row in rows],
            next=cursor_of(rows[-1]["opened_at"], rows[-1]["id"]) if more else None,
            as_of_load=selection.load,
            open_load=clock.open_number(store),
        )

    return steady(store, viewer, wanted, ask)


def _ordered(selection: Selection, places: Ints) -> Ints:
    """The latest opened first, those without an instant last, ties by id."""
    return places[np.argsort(-selection.columns.opened[places].astype(np.float64), kind="stable")]


def _follow(selection: Selection, places: Ints, after: tuple[Any, ...]) -> np.ndarray:
    """Which of the cases come after one that opened at an instant and has an id."""
    at = -np.inf if after[0] is None else float(after[0])
    opened = np.where(selection.columns.opened[places] < -(2**62), -np.inf, selection.columns.opened[places])
    same = np.flatnonzero(opened == at)
    found = opened < at
    ids = selection.columns.ids(places[same])
    found[same] = np.array([id_ > after[1] for id_ in ids], np.bool_)
    return found


def _rows(selection: Selection, places: Ints) -> list[dict[str, Any]]:
    columns = selection.columns.table.take(pa.array(places))
    shown: list[dict[str, Any]] = columns.select(list(CaseRow.model_fields)).to_pylist()
    return shown
