"""Cases listed and filtered, page by page. Lists stand for the last done load and name an open one."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.instants import utc_iso
from graph.store import Store
from graph.viewer import Viewer


class CaseFilter(BaseModel):
    """What to list. `actor` and `unit` are ids or names; `from_at` and `to_at` epoch milliseconds: cases whose
    span touches the interval; `status` open, closed or unknown."""

    item: str | None = None
    actor: str | None = None
    activity: str | None = None
    unit: str | None = None
    status: str | None = None
    from_at: int | None = None
    to_at: int | None = None


class CaseRow(BaseModel):
    """One case of a list."""

    id: str
    item_id: str | None
    opened_at: str | None
    last_at: str | None
    closed_at: str | None
    seconds: float | None
    status: str | None
    events: int | None
    region: str | None
    channel: str | None


class CasePage(BaseModel):
    """A page of cases, the latest opened first; `next` is the cursor of the following one."""

    items: list[CaseRow]
    next: str | None
    as_of_load: int
    open_load: int | None


def cases(
    store: Store, viewer: Viewer, wanted: CaseFilter, *, limit: int = 50, cursor: str | None = None
) -> CasePage:
    """A page of the cases that `wanted` describes. Raises UsageError for a cursor that is none."""
    viewer.require_whole_archive()
    after_at, after_id = position(cursor, "cases", "instant?", "text")
    if not store.exists():
        return CasePage(items=[], next=None, as_of_load=0, open_load=None)
    place = {"limit": limit + 1, "after_at": after_at, "after_id": after_id}
    load, rows = clock.standing(
        store, lambda load: store.read("audit/cases", **wanted.model_dump(), **place, load=load)
    )
    names = tuple(CaseRow.model_fields)
    shown = [dict(zip(names, row, strict=False)) for row in rows[:limit]]
    more = len(rows) > limit
    following = cursor_of(shown[-1]["opened_at"], shown[-1]["id"]) if more else None
    return CasePage(
        items=[CaseRow(**readable(row)) for row in shown],
        next=following,
        as_of_load=load,
        open_load=clock.open_number(store),
    )


def readable(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a CaseRow from those of a query, with its instants as text."""
    instants = ("opened_at", "last_at", "closed_at")
    return {**row, **{n: None if row[n] is None else utc_iso(row[n]) for n in instants}}
