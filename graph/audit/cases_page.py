"""The cases that rules look at, a page at a time: each table is read once, when the first rule asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.conformance import findings_of_cases
from graph.days import CHINA_OFFSET
from graph.store import Store
from graph.working_days import WorkingDays

_TEXT, _MS = pa.string(), pa.int64()
CASES = pa.schema(
    [
        *((n, _TEXT) for n in ("case_id", "item_id", "region")),
        *((n, _MS) for n in ("opened_at", "last_at", "closed_at")),
        ("status", _TEXT),
    ]
)
EVENTS = pa.schema(
    [
        *((n, _TEXT) for n in ("case_id", "event_id", "activity", "lifecycle", "stage")),
        ("at", _MS),
        ("offset", _MS),
        ("precision", _TEXT),
        ("recorded_at", _MS),
        ("erased", pa.bool_()),
    ]
)
ACTORS = pa.schema([(n, _TEXT) for n in ("case_id", "event_id", "actor_id", "name", "kind")])
UNITS = pa.schema([(n, _TEXT) for n in ("case_id", "event_id", "unit_id")])
MATERIALS = pa.schema([(n, _TEXT) for n in ("case_id", "event_id", "material_id", "title", "dated", "valid_until")])
AMOUNTS = pa.schema([*((n, _TEXT) for n in ("case_id", "record_id", "kind")), ("number", _MS), ("value", _TEXT)])
OWN = pa.schema([(n, _TEXT) for n in ("case_id", "event_id", "actor_id", "person_id")])
MEMBERSHIPS = pa.schema([(n, _TEXT) for n in ("actor_id", "unit_id", "valid_from", "valid_to")])
_CONFORMANCE = ["case_id", "event_id", "material_id", "part", "rule", "outcome", "step", "field", "type", "says"]
# How long an instant of a precision may be, in ms.
SPANS = {
    "millisecond": 1,
    "second": 1_000,
    "minute": 60_000,
    "day": 86_400_000,
    "month": 31 * 86_400_000,
    "year": 366 * 86_400_000,
}
COARSE = ("day", "month", "year")


@dataclass(frozen=True)
class Staff:
    """What staff lists say, for all pages: units of actors, and how many actors are known to be a person."""

    memberships: pd.DataFrame
    persons: int


def staff_of(store: Store, load: int) -> Staff:
    memberships = store.table("audit/memberships", MEMBERSHIPS, load=load).to_pandas()
    return Staff(memberships, int(store.read("audit/persons_of_staff", load=load)[0][0]))


@dataclass(frozen=True)
class Calendar:
    """The working days, and the day (since 1970) on which open cases are looked at."""

    days: WorkingDays
    today: int


class CasesPage:
    """Some cases as load `load` knows them. Instants are epoch ms, NaN where there is none.

    Cases of which an event is erased are left out: nothing follows from what is not there any more.
    """

    def __init__(self, store: Store, ids: Sequence[str], load: int, staff: Staff, calendar: Calendar) -> None:
        self._store = store
        self._calendar = calendar
        self._load = load
        self._asked: dict[str, Any] = {"ids": list(ids), "load": load}
        self.staff = staff

    def _read(self, name: str, schema: pa.Schema) -> pd.DataFrame:
        found = self._store.table(f"audit/{name}", schema, **self._asked).to_pandas()
        if name == "rule_events" or not self.erased:
            return found
        return found[~among(found["case_id"], self.erased)]

    @cached_property
    def _all_events(self) -> pd.DataFrame:
        return self._read("rule_events", EVENTS)

    @cached_property
    def erased(self) -> frozenset[str]:
        """The cases of which an event is erased."""
        events = self._all_events
        return frozenset(events.loc[events["erased"], "case_id"])

    @cached_property
    def cases(self) -> pd.DataFrame:
        return self._read("rule_cases", CASES)

    @cached_property
    def events(self) -> pd.DataFrame:
        """The events in the order of their cases, with `place` in the case, `until` (the end of what the instant can
        mean), `coarse` (days or less) and `local` (ms on the clock of the source)."""
        events = self._all_events
        events = events[~among(events["case_id"], self.erased)].reset_index(drop=True)
        span = events["precision"].map(SPANS).fillna(1)
        offset = events["offset"].fillna(CHINA_OFFSET)
        return events.assign(
            place=events.groupby("case_id").cumcount(),
            until=events["at"] + span,
            coarse=events["precision"].isin(COARSE),
            local=events["at"] + 1000 * offset,
        )

    @cached_property
    def actors(self) -> pd.DataFrame:
        return self._read("rule_actors", ACTORS)

    @cached_property
    def units(self) -> pd.DataFrame:
        return self._read("rule_units", UNITS)

    @cached_property
    def materials(self) -> pd.DataFrame:
        return self._read("rule_materials", MATERIALS)

    @cached_property
    def amounts(self) -> pd.DataFrame:
        return self._read("rule_amounts", AMOUNTS)

    @cached_property
    def own_cases(self) -> pd.DataFrame:
        return self._read("own_cases", OWN)

    @cached_property
    def conformance(self) -> pd.DataFrame:
        """What conformance to the standards has found: part, rule and outcome, what it is about, and what it says."""
        asked = [id_ for id_ in self._asked["ids"] if id_ not in self.erased]
        of_cases = findings_of_cases(self._store, asked, self._load, self._calendar.days, self._calendar.today)
        rows = [
            (id_, f.event_id, f.material_id, f.part, f.rule, f.outcome, f.step, f.field, f.type_id, f.says)
            for id_, findings in of_cases
            for f in findings
        ]
        return pd.DataFrame(rows, columns=_CONFORMANCE, dtype="object")


def among(column: pd.Series, values: Iterable[str]) -> pd.Series:
    """Which texts of a column are one of `values`. The `isin` of pandas makes an object of each of them."""
    wanted = values if isinstance(values, pd.Series) else list(values)
    texts = pa.array(column, pa.string(), from_pandas=True)
    found = pc.is_in(texts, value_set=pa.array(wanted, pa.string(), from_pandas=True), skip_nulls=True)
    return pd.Series(np.asarray(found), index=column.index)


def selected(events: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Which events are of one of `names`: an activity, or `stage:` and a stage."""
    stages = [name.removeprefix("stage:") for name in names if name.startswith("stage:")]
    return among(events["activity"], names) | among(events["stage"], stages)
