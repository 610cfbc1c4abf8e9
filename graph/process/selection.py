"""Which cases figures of processes are counted from, and which of them a figure leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd

from graph.process.columns import (
    NONE,
    Bools,
    Coded,
    Ints,
    UnitColumns,
    columns_of,
    findings_of,
    month_end,
    month_text,
    units_of,
)
from graph.process.filters import By, CasesOf, FigureName, ProcessFilter, cases_at, key_of, month_of
from graph.process.variant_ids import variant_ids
from graph.store import Store
from graph.viewer import Viewer

Answer = TypeVar("Answer")


class Selection:
    """The cases that a filter describes, as the last done load left them."""

    def __init__(self, store: Store, wanted: ProcessFilter) -> None:
        self._store = store
        self.wanted = wanted
        self.load, self.columns = columns_of(store)

    @cached_property
    def units(self) -> UnitColumns:
        load, units = units_of(self._store)
        self._must_be(load)
        return units

    @cached_property
    def findings(self) -> pd.DataFrame:
        load, findings = findings_of(self._store)
        self._must_be(load)
        return findings

    def _must_be(self, load: int) -> None:
        if load != self.load:
            raise _Changed

    @cached_property
    def chosen(self) -> Bools:
        """Which cases are selected; none of which an event is erased."""
        columns, wanted = self.columns, self.wanted
        chosen = columns.whole.copy()
        if wanted.item is not None:
            chosen &= columns.item.is_(wanted.item)
        if wanted.region is not None:
            chosen &= columns.region.is_(wanted.region)
        if wanted.unit is not None:
            chosen &= self._of_places(self.units.cases_of(wanted.unit))
        if wanted.from_month is not None:
            chosen &= columns.opened_month >= month_of(wanted.from_month)
        if wanted.to_month is not None:
            chosen &= (columns.opened_month <= month_of(wanted.to_month)) & (columns.opened_month != NONE)
        for by in wanted.without:
            chosen &= self._without(by)
        return chosen

    @cached_property
    def places(self) -> Ints:
        return np.flatnonzero(self.chosen)

    def _of_places(self, places: Ints) -> Bools:
        found = np.zeros(self.columns.size, np.bool_)
        found[places] = True
        return found

    @cached_property
    def assumed(self) -> Bools:
        """Cases of which no event names a stage: their last event is taken for their end."""
        return self.columns.status.is_("unknown")

    @cached_property
    def running(self) -> Bools:
        return self.columns.status.is_("open")

    @cached_property
    def lengths(self) -> Ints:
        """From opening to end, or to the last instant of its system where a case is open (ms); NONE or negative where
        it is not to be told."""
        columns = self.columns
        until = np.where(self.running, columns.until, columns.ended)
        known = (columns.opened != NONE) & (until != NONE)
        return np.where(known, np.where(known, until, 0) - np.where(known, columns.opened, 0), NONE)

    @cached_property
    def measured(self) -> Bools:
        """Cases of which it is known how long they took, or have been running."""
        return self.lengths >= 0

    @cached_property
    def rework(self) -> Bools:
        return self.columns.repeats > 0

    @cached_property
    def over(self) -> Bools:
        """Cases that have ended, as far as the source says."""
        return self.columns.status.is_("closed") | (self.assumed & (self.columns.counts > 0))

    @cached_property
    def first_time_right(self) -> Bools:
        return self.over & ~self.rework & ~self.columns.returned

    @cached_property
    def deviating(self) -> Bools:
        return self._of_places(self.findings["place"].to_numpy())

    @cached_property
    def spans(self) -> Bools:
        """Cases with at least one event that has an instant."""
        return ~np.isnan(self.columns.seconds)

    def of(self, asked: CasesOf) -> Bools:
        """Which of the selected cases a figure leads to. Raises UsageError where it needs a key that is not given."""
        return self.chosen & self._of(asked)

    def _of(self, asked: CasesOf) -> Bools:
        columns = self.columns
        plain: dict[str, Callable[[], Bools]] = {
            "cases": lambda: np.ones(columns.size, np.bool_),
            "closed": lambda: columns.status.is_("closed"),
            "open": lambda: self.running,
            "assumed": lambda: self.assumed,
            "left_out": lambda: ~self.measured,
            "cycle": lambda: self.measured,
            "span": lambda: self.spans,
            "rework": lambda: self.rework,
            "first_time_right": lambda: self.first_time_right,
            "deviating": lambda: self.deviating,
        }
        if asked.figure in plain:
            return plain[asked.figure]()
        if asked.figure in ("opened", "ended", "backlog"):
            return self._of_month(asked.figure, month_of(key_of(asked)))
        if asked.figure in ("activity", "start", "end", "step", "stage"):
            return self._of_events(asked)
        if asked.figure == "finding":
            by_rule = self.findings["rule"] == key_of(asked)
            return self._of_places(self.findings.loc[by_rule, "place"].to_numpy())
        ids, key = variant_ids(columns), key_of(asked)
        found: Bools = columns.paths.of == (ids.index(key) if key in ids else -1)
        return found

    def _of_month(self, figure: str, month: int) -> Bools:
        columns = self.columns
        if figure == "backlog":
            end = month_end(month)
            found: Bools = (columns.opened < end) & ((columns.ended == NONE) | (columns.ended >= end))
        else:
            found = (columns.opened_month if figure == "opened" else columns.ended_month) == month
        return self.measured & found

    def _of_events(self, asked: CasesOf) -> Bools:
        columns = self.columns
        if asked.figure == "stage":
            steps = columns.steps
            timed = ~np.isnan(steps.seconds) & columns.stage.is_(asked.key)[steps.first + 1]
            return self._of_places(steps.place[timed])
        done = columns.activity.is_(asked.key)
        if asked.figure == "activity":
            return self._of_places(columns.place[done])
        held = columns.counts > 0
        found = np.zeros(columns.size, np.bool_)
        if asked.figure == "step":
            steps = columns.steps
            follows = done[steps.first] & columns.activity.is_(asked.then)[steps.first + 1]
            return self._of_places(steps.place[follows])
        ends = columns.starts[:-1] if asked.figure == "start" else columns.starts[1:] - 1
        found[held] = done[ends[held]]
        return found

    def _without(self, by: By) -> Bools:
        if by == "unit":
            return ~self._of_places(self.units.place)
        if by == "month":
            undated: Bools = self.columns.opened_month == NONE
            return undated
        return self._coded(by).is_(None)

    def _coded(self, by: By) -> Coded:
        return self.columns.item if by == "item" else self.columns.region

    def groups(self, by: By | None) -> Iterator[tuple[str | None, str | None, Ints]]:
        """Key, name and places of the selected cases in each group, of all in one without `by`; a case is in the
        group of each unit that took part."""
        if by is None:
            yield None, None, self.places
        elif by == "unit":
            yield from self._by_unit()
        elif by == "month":
            yield from _grouped(self.places, self.columns.opened_month[self.places], month_text)
        else:
            coded = self._coded(by)
            yield from _grouped(self.places, coded.codes[self.places], lambda code: coded.values[code])

    def _by_unit(self) -> Iterator[tuple[str | None, str | None, Ints]]:
        units, of = self.units, self.chosen[self.units.place]
        if self.wanted.unit is not None:
            of &= np.isin(units.unit.codes, units.codes_of(self.wanted.unit))
        for key, _, places in _grouped(units.place[of], units.unit.codes[of], lambda code: units.unit.values[code]):
            yield key, units.names.get(key or ""), places
        alone = np.flatnonzero(self.chosen & self._without("unit"))
        if len(alone) and self.wanted.unit is None:
            yield None, None, alone

    def cases_at(self, figure: FigureName = "cases", key: str | None = None, then: str | None = None) -> str:
        """The query of the API, below /api/v1, that lists the cases of a figure."""
        return cases_at(self.wanted, CasesOf(figure=figure, key=key, then=then))


def steady(store: Store, viewer: Viewer, wanted: ProcessFilter, ask: Callable[[Selection], Answer]) -> Answer:
    """What is asked of the cases that a filter describes, all of it as one load left it."""
    viewer.require_whole_archive()
    while True:
        try:
            return ask(Selection(store, wanted))
        except _Changed:
            continue


class _Changed(Exception):
    """A load was done while the figures were read."""


def _grouped(places: Ints, codes: Ints, text: Callable[[int], str | None]) -> Iterator[tuple[str | None, None, Ints]]:
    """The places of each code, in the order of the codes; those of NONE last."""
    order = np.argsort(codes, kind="stable")
    distinct, first = np.unique(codes[order], return_index=True)
    groups = list(zip(distinct.tolist(), np.split(order, first[1:]), strict=False))
    groups.sort(key=lambda one: one[0] == NONE)
    for code, part in groups:
        yield None if code == NONE else text(code), None, places[part]
