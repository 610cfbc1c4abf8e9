"""Retention: until when records are kept, by class and rule, and what falls due in which year. Nothing is deleted.

A fixed term is a least one, and counts from 1 January of the year after the record was formed (Order No. 3 of 2009):
what was formed in 1999 and is kept 30年 falls due on 1 January 2030. docs/filing.md has the rules.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.filing.arrangement import PERMANENT, record_code, years_of
from graph.in_force import in_force
from graph.store import Store
from graph.viewer import Viewer

Term = Literal["permanent", "fixed", "other", "unknown"]


class TermCount(BaseModel):
    """The records of a class with one retention. `term` is unknown where none is stated, and other where it is
    neither permanent nor a number of years; `undated` counts those of fixed term whose year is not known."""

    scheme_class: str | None
    retention: str | None
    term: Term
    records: int
    undated: int


class DueYear(BaseModel):
    """How many records of a class and retention fall due on 1 January of a year."""

    year: int
    scheme_class: str | None
    retention: str
    records: int


class Retention(BaseModel):
    """All records by class and retention, and by the year in which they fall due."""

    as_of_load: int
    records: int
    terms: list[TermCount]
    due: list[DueYear]


class DueRecord(BaseModel):
    """One record that falls due; `year` is that in which it was formed."""

    id: str
    archive_no: str | None
    scheme_class: str | None
    retention: str
    year: int
    volume: str | None


class DueRecords(BaseModel):
    """A page of the records that fall due in a year, by id; `next` is the cursor of the following one."""

    items: list[DueRecord]
    next: str | None
    as_of_load: int


def due_year(retention: str | None, formed: int | None) -> int | None:
    """The year on whose 1 January a record of fixed term falls due; None where it has none, or no year."""
    years = years_of(retention)
    return None if years is None or formed is None else formed + 1 + years


def term_of(retention: str | None) -> Term:
    """What a retention says."""
    if retention is None:
        return "unknown"
    return "permanent" if retention == PERMANENT else "other" if years_of(retention) is None else "fixed"


def retention(store: Store, viewer: Viewer, until: int | None = None) -> Retention:
    """How long records are kept, and what falls due, in all years or up to one."""
    viewer.require_whole_archive()
    load, rows = clock.standing(store, lambda load: store.read("retention/terms", load=load) if load else [])
    held: Counter[tuple[str | None, str | None]] = Counter()
    undated: Counter[tuple[str | None, str | None]] = Counter()
    due: Counter[tuple[int, str | None, str]] = Counter()
    for scheme_class, kept, formed, count in rows:
        held[scheme_class, kept] += count
        year = due_year(kept, formed)
        if year is not None:
            due[year, scheme_class, kept] += count
        elif term_of(kept) == "fixed":
            undated[scheme_class, kept] += count
    terms = [
        TermCount(scheme_class=c, retention=kept, term=term_of(kept), records=n, undated=undated[c, kept])
        for (c, kept), n in sorted(held.items(), key=lambda pair: _key(*pair[0]))
    ]
    years = [
        DueYear(year=year, scheme_class=c, retention=kept, records=n)
        for (year, c, kept), n in sorted(due.items(), key=lambda pair: (pair[0][0], *_key(*pair[0][1:])))
        if until is None or year <= until
    ]
    return Retention(as_of_load=load, records=held.total(), terms=terms, due=years)


def _key(scheme_class: str | None, kept: str | None) -> tuple[bool, str, bool, str]:
    return scheme_class is None, scheme_class or "", kept is None, kept or ""


def falling_due(store: Store, viewer: Viewer, year: int, *, limit: int = 50, cursor: str | None = None) -> DueRecords:
    """A page of the records that fall due in a year. Raises UsageError for a cursor that is none."""
    viewer.require_whole_archive()
    (after,) = position(cursor, "records", "text")
    asked = {"due": year, "after": after or "", "limit": limit + 1}
    load, rows = clock.standing(store, lambda load: store.read("retention/due", load=load, **asked) if load else [])
    shown = rows[:limit]
    volumes = [row[5] for row in shown if row[5] is not None]
    codes = in_force(store, {"Volume": volumes}, load)["Volume"] if volumes else {}
    places = {row[2]: row[1] for row in store.read("storeroom/contents", ids=volumes, load=load)} if volumes else {}
    items = []
    for id_, number, scheme_class, kept, formed, volume in shown:
        code = codes[volume]["code"] if volume in codes else None
        if number is None and code is not None and places.get(id_) is not None:
            number = record_code(code, places[id_])
        items.append(
            DueRecord(
                id=id_,
                archive_no=number,
                scheme_class=scheme_class,
                retention=kept,
                year=formed,
                volume=code or volume,
            )
        )
    return DueRecords(items=items, next=cursor_of(items[-1].id) if len(rows) > limit else None, as_of_load=load)
