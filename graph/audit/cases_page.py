"""The cases that rules look at, a page at a time: each table is read once, when the first rule asks for it.

Texts that stand in many rows are categories: pandas then compares and joins their codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.columns import Ints, joined, numbers, places
from graph.conformance import findings_of_cases
from graph.conformance_findings import Finding
from graph.days import CHINA_OFFSET
from graph.store import Store
from graph.told_cases import CaseTables
from graph.working_days import WorkingDays

_TEXT, _MS = pa.string(), pa.int64()
_CASE = ["case_id", "item_id", "region", "opened_at", "last_at", "closed_at", "status"]
_EVENT = ["activity", "lifecycle", "stage", "at", "offset", "precision", "recorded_at"]
AMOUNTS = pa.schema([*((n, _TEXT) for n in ("case_id", "record_id", "kind")), ("number", _MS), ("value", _TEXT)])
OWN = pa.schema([(n, _TEXT) for n in ("case_id", "event_id", "actor_id", "person_id")])
MEMBERSHIPS = pa.schema([(n, _TEXT) for n in ("actor_id", "unit_id", "valid_from", "valid_to")])
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
# The tables that one kind of rule alone asks for.
_OF_ONE_KIND = {"amounts_differ": "amounts", "own_case": "own_cases"}


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
    """Some cases as load `load`, the last done one, left them. Instants are epoch ms, NaN where there is none.

    Cases of which an event is erased are left out: nothing follows from what is not there any more.
    """

    def __init__(self, store: Store, ids: Sequence[str], load: int, staff: Staff, calendar: Calendar) -> None:
        self._store = store
        self._calendar = calendar
        self.tables = CaseTables(store, ids, load)
        self.staff = staff

    @cached_property
    def erased(self) -> frozenset[str]:
        """The cases of which an event is erased."""
        events = self.tables.events
        erased = pc.and_(events["known"], events["erased"].is_valid())
        return frozenset(events["case_id"].filter(erased).to_pylist())

    @cached_property
    def cases(self) -> pd.DataFrame:
        cases = self.tables.cases
        return _frame(cases.select(_CASE[1:]), {"case_id": self._case(cases["case_id"])}, self._standing(cases))

    @cached_property
    def events(self) -> pd.DataFrame:
        """The events in the order of their cases, with `place` in the case, `until` (the end of what the instant can
        mean), `coarse` (days or less) and `local` (ms on the clock of the source)."""
        told = self.tables.events
        about = {"case_id": self._case(told["case_id"]), "event_id": self._event(told["event_id"])}
        chosen = self._standing(told) & np.asarray(told["known"])
        events = _frame(told.select(_EVENT), about, chosen)
        code, precisions = events["precision"].cat.codes, [*events["precision"].cat.categories, None]
        offset = events["offset"].fillna(CHINA_OFFSET)
        return events.assign(
            place=events.groupby("case_id").cumcount(),
            until=events["at"] + np.array([SPANS.get(one, 1) for one in precisions])[code],
            coarse=np.array([one in COARSE for one in precisions])[code],
            local=events["at"] + 1000 * offset,
        )

    @cached_property
    def actors(self) -> pd.DataFrame:
        """Who did the events: `actor_id`, `name` and `kind`, each actor once for each case that an event is in."""
        return self._parties("BY", "actor_id", ["name", "kind"])

    @cached_property
    def units(self) -> pd.DataFrame:
        """Where the events were done, each unit once for each case that an event is in."""
        return self._parties("IN_UNIT", "unit_id", [])

    def _parties(self, type_: str, name: str, content: list[str]) -> pd.DataFrame:
        parties = self.tables.parties
        of = parties.filter(pc.equal(parties["type"], type_))
        of = of.filter(_firsts(self._event_places(of), of["to_id"]))
        of = of.select(["event_id", "to_id", *content])
        return self._of_events(of.rename_columns(["event_id", name, *content]))

    @cached_property
    def materials(self) -> pd.DataFrame:
        """The records that events received or used, each once for each case that an event is in."""
        records = self.tables.records
        chosen = pc.and_(pc.is_in(records["type"], pa.array(["RECEIVED", "USED"])), records["erased"].is_null())
        of = records.filter(chosen)
        of = of.filter(_firsts(self._event_places(of), of["material_id"]))
        names = ["event_id", "material_id", "title", "date", "valid_until"]
        found = self._of_events(of.select(names).rename_columns(["dated" if n == "date" else n for n in names]))
        return found.sort_values("case_id", kind="stable")

    @cached_property
    def amounts(self) -> pd.DataFrame:
        return self._read("rule_amounts", AMOUNTS)

    @cached_property
    def own_cases(self) -> pd.DataFrame:
        return self._read("own_cases", OWN)

    def _read(self, name: str, schema: pa.Schema) -> pd.DataFrame:
        found = self._store.table(f"audit/{name}", schema, ids=self.tables.ids, load=self.tables.load).to_pandas()
        return found[~among(found["case_id"], self.erased)] if self.erased else found

    def read_ahead(self, before: CasesPage, kinds: Collection[str]) -> None:
        """Reads what rules have asked the page before for, of tables that one kind asks for those of `kinds` only."""
        self.tables.read_ahead(before.tables.looked_at)
        for kind, name in _OF_ONE_KIND.items():
            if kind in kinds and name in vars(before):
                getattr(self, name)

    @cached_property
    def conformance(self) -> Mapping[tuple[str, str], list[tuple[str, Finding]]]:
        """What conformance to the standards has found, by part and rule: cases and findings."""
        found: dict[tuple[str, str], list[tuple[str, Finding]]] = defaultdict(list)
        of_cases = findings_of_cases(self._store, self.tables, self._calendar.days, self._calendar.today)
        for id_, findings in of_cases:
            if findings and id_ not in self.erased:
                for one in findings:
                    found[one.part, one.rule].append((id_, one))
        return found

    def _standing(self, table: pa.Table) -> Ints:
        """Which rows of a table are of cases that are looked at."""
        if not self.erased:
            return np.ones(table.num_rows, bool)
        erased = pa.array(sorted(self.erased), _TEXT)
        return ~np.asarray(pc.is_in(table["case_id"], value_set=erased))

    @cached_property
    def _case_ids(self) -> pd.CategoricalDtype:
        return pd.CategoricalDtype(self.tables.cases["case_id"].to_pandas())

    @cached_property
    def _distinct_events(self) -> pa.Array:
        return pc.unique(self.tables.events["event_id"])

    @cached_property
    def _event_ids(self) -> pd.CategoricalDtype:
        return pd.CategoricalDtype(self._distinct_events.to_pandas())

    def _case(self, ids: pa.ChunkedArray) -> pd.Categorical:
        return pd.Categorical.from_codes(places(ids, self.tables.cases["case_id"]), dtype=self._case_ids)

    def _event(self, ids: pa.ChunkedArray) -> pd.Categorical:
        return pd.Categorical.from_codes(places(ids, self._distinct_events), dtype=self._event_ids)

    def _event_places(self, table: pa.Table) -> Ints:
        return places(table["event_id"], self._distinct_events)

    def _of_events(self, table: pa.Table) -> pd.DataFrame:
        """What is told of events, once for each case that an event is in, in the order of cases and events."""
        told = self.tables.events.filter(pa.array(self._standing(self.tables.events)))
        rows, of = joined(self._event_places(told), self._event_places(table))
        told, table = told.select(["case_id", "event_id"]).take(pa.array(rows)), table.take(pa.array(of))
        about = {"case_id": self._case(told["case_id"]), "event_id": self._event(told["event_id"])}
        return _frame(table.drop_columns(["event_id"]), about, np.ones(table.num_rows, bool))


def _firsts(events: Ints, ids: pa.ChunkedArray) -> pa.Array:
    """Which rows are the first of their event and id."""
    codes = numbers(ids.combine_chunks().dictionary_encode().indices, -1)
    return pa.array(~pd.DataFrame({"event": events, "id": codes}).duplicated())


def _frame(table: pa.Table, about: Mapping[str, pd.Categorical], chosen: Ints) -> pd.DataFrame:
    """The chosen rows of a table after the columns that name cases and events, texts as categories."""
    whole = [(name, table[name].combine_chunks()) for name in table.column_names]
    coded = {name: one.dictionary_encode() if pa.types.is_string(one.type) else one for name, one in whole}
    frame = pd.DataFrame({**about, **pa.table(coded).to_pandas()})
    return frame if chosen.all() else frame[chosen].reset_index(drop=True)


def told_plainly(found: pd.DataFrame) -> pd.DataFrame:
    """Findings with texts instead of categories, which belong to their page."""
    coded = [name for name in found.columns if isinstance(found[name].dtype, pd.CategoricalDtype)]
    return found.assign(**{name: pd.Series(_texts(found[name]), found.index) for name in coded})


def _texts(column: pd.Series) -> pd.api.extensions.ExtensionArray:
    return column.cat.categories.array.take(column.cat.codes.to_numpy(), allow_fill=True)


def among(column: pd.Series, values: Iterable[str]) -> pd.Series:
    """Which texts of a column are one of `values`. The `isin` of pandas makes an object of each of them."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _among_categories(column, values)
    wanted = values if isinstance(values, pd.Series) else list(values)
    texts = pa.array(column, pa.string(), from_pandas=True)
    found = pc.is_in(texts, value_set=pa.array(wanted, pa.string(), from_pandas=True), skip_nulls=True)
    return pd.Series(np.asarray(found), index=column.index)


def _among_categories(column: pd.Series, values: Iterable[str]) -> pd.Series:
    categories = column.cat.categories
    # The last place is that of what is null, whose code is -1.
    wanted = np.zeros(len(categories) + 1, bool)
    if isinstance(values, pd.Series) and values.dtype == column.dtype:
        wanted[values.cat.codes.to_numpy()] = True
        wanted[-1] = False
    else:
        wanted[:-1] = categories.isin(list(values))
    return pd.Series(wanted[column.cat.codes.to_numpy()], index=column.index)


def selected(events: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Which events are of one of `names`: an activity, or `stage:` and a stage."""
    stages = [name.removeprefix("stage:") for name in names if name.startswith("stage:")]
    return among(events["activity"], names) | among(events["stage"], stages)
