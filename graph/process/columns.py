"""All cases and their events in columns, read once for a load: what every figure of processes is counted from.

Cases are in the order of their ids; a case is its place in it. Events are case by case in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph import clock
from graph.days import CHINA_OFFSET
from graph.kept import kept, kept_already
from graph.store import Store

Held = TypeVar("Held")
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]

NONE = np.iinfo(np.int64).min
"""Where there is no instant, and where there is no month."""

_TEXT, _INT = pa.string(), pa.int64()
_CASES = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "item_id", "region", "channel")),
        *((name, _INT) for name in ("opened_at", "last_at", "closed_at")),
        ("seconds", pa.float64()),
        ("status", _TEXT),
        ("events", _INT),
    ]
)
_EVENTS = pa.schema([("place", _INT), ("activity", _TEXT), ("stage", _TEXT), ("at", _INT), ("erased", pa.bool_())])
_UNITS = pa.schema([("place", _INT), ("unit_id", _TEXT), ("name", _TEXT)])
_FINDINGS = pa.schema([("place", _INT), ("rule", _TEXT)])


@dataclass(frozen=True)
class Coded:
    """A column of few distinct texts: `codes` are places in `values`, of which one may be None."""

    codes: Ints
    values: tuple[str | None, ...]

    def is_(self, value: str | None) -> Bools:
        """Where the column has this value."""
        found: Bools = self.codes == (self.values.index(value) if value in self.values else -1)
        return found


@dataclass(frozen=True)
class Paths:
    """The variants: `of` is the variant of each case, `members` the activity codes of each variant."""

    of: Ints
    members: tuple[Ints, ...]


class ProcessColumns:
    """Cases and events as a load left them. Instants are epoch ms, NONE where there is none.

    Cases of which an event is erased are not `whole`: nothing is counted of them.
    """

    def __init__(self, cases: pa.Table, events: pa.Table) -> None:
        self.table = cases
        self.size = cases.num_rows
        self.opened, self.last, self.closed = (_instants(cases[n]) for n in ("opened_at", "last_at", "closed_at"))
        self.item, self.region, self.status = (_coded(cases[n]) for n in ("item_id", "region", "status"))
        self.seconds: Reals = cases["seconds"].to_numpy()
        place = events["place"].to_numpy()
        self.place: Ints = place
        self.counts: Ints = np.bincount(place, minlength=self.size).astype(np.int64)
        self.starts: Ints = np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64)
        self.activity, self.stage = _coded(events["activity"]), _coded(events["stage"])
        self.at = _instants(events["at"])
        self.whole: Bools = np.ones(self.size, np.bool_)
        self.whole[place[events["erased"].to_numpy(zero_copy_only=False)]] = False

    @cached_property
    def until(self) -> Ints:
        """The last instant of each case's system, after which its source says nothing of its cases."""
        system = pd.Series(pc.list_element(pc.split_pattern(self.table["id"], ":"), 0).to_numpy())
        known = pd.Series(np.where(self.last == NONE, np.nan, self.last.astype(float)))
        latest = known.groupby(system.to_numpy()).transform("max").to_numpy()
        return np.where(np.isnan(latest), NONE, np.nan_to_num(latest)).astype(np.int64)

    @cached_property
    def ended(self) -> Ints:
        """When each case ended: closed when it was completed; where no event names a stage, with its last event."""
        return np.where(self.status.is_("unknown"), self.last, np.where(self.status.is_("closed"), self.closed, NONE))

    @cached_property
    def opened_month(self) -> Ints:
        return months_of(self.opened)

    @cached_property
    def ended_month(self) -> Ints:
        return months_of(self.ended)

    @cached_property
    def steps(self) -> Steps:
        """Each event with the one that follows it directly in its case."""
        first = np.flatnonzero(self.place[:-1] == self.place[1:])
        known = (self.at[first] != NONE) & (self.at[first + 1] != NONE)
        seconds = np.where(known, (self.at[first + 1] - self.at[first]) / 1000, np.nan)
        size = len(self.activity.values)
        pair = self.activity.codes[first] * size + self.activity.codes[first + 1]
        return Steps(first, self.place[first], pair, seconds, size)

    @cached_property
    def paths(self) -> Paths:
        """The variant of each case: its activities in order."""
        codes = self.activity.codes.astype(np.int32)
        raw, ends = codes.tobytes(), (self.starts * 4).tolist()
        keys = np.empty(self.size, object)
        keys[:] = [raw[a:b] for a, b in pairwise(ends)]
        of, distinct = pd.factorize(keys)
        members = tuple(np.frombuffer(key, np.int32).astype(np.int64) for key in distinct)
        return Paths(of.astype(np.int64), members)

    @cached_property
    def repeats(self) -> Ints:
        """How many events of each case repeat an activity that the case had before."""
        of_variant = [len(member) - len(np.unique(member)) for member in self.paths.members]
        return np.array(of_variant, np.int64)[self.paths.of]

    @cached_property
    def returned(self) -> Bools:
        """Which cases come back to a stage that they had left; events without a stage leave none."""
        staged = np.flatnonzero(~self.stage.is_(None))
        place, stage = self.place[staged], self.stage.codes[staged]
        begins = np.ones(len(staged), np.bool_)
        begins[1:] = (place[1:] != place[:-1]) | (stage[1:] != stage[:-1])
        runs = place[begins] * len(self.stage.values) + stage[begins]
        again, number = np.unique(runs, return_counts=True)
        found = np.zeros(self.size, np.bool_)
        found[again[number > 1] // max(1, len(self.stage.values))] = True
        return found

    def ids(self, places: Ints) -> list[str]:
        """The ids of cases."""
        ids: list[str] = self.table["id"].take(pa.array(places)).to_pylist()
        return ids


@dataclass(frozen=True)
class Steps:
    """Pairs of events that follow each other in a case: the place of the first event, of the case, the two
    activities as one number (`pair // size`, `pair % size`), and the seconds between them, NaN where not known."""

    first: Ints
    place: Ints
    pair: Ints
    seconds: Reals
    size: int


@dataclass(frozen=True)
class UnitColumns:
    """Which units took part in which cases: one row for each case and unit."""

    place: Ints
    unit: Coded
    names: dict[str, str | None]

    def codes_of(self, text: str) -> list[int]:
        """The codes of the units that have this id or name."""
        wanted = {text, *(id_ for id_, name in self.names.items() if name == text)}
        return [code for code, value in enumerate(self.unit.values) if value in wanted]

    def cases_of(self, text: str) -> Ints:
        """The cases in which a unit, by id or name, took part."""
        return np.unique(self.place[np.isin(self.unit.codes, self.codes_of(text))])


def columns_of(store: Store) -> tuple[int, ProcessColumns]:
    """The last done load, and all cases and events as it left them; read once for a load."""
    return _steadily(store, "process", ProcessColumns, lambda load: _read(store, load))


def units_of(store: Store) -> tuple[int, UnitColumns]:
    """The last done load, and the units that took part in cases."""
    return _steadily(store, "process units", UnitColumns, lambda load: _read_units(store, load))


def findings_of(store: Store) -> tuple[int, pd.DataFrame]:
    """The last done load, and the rules by which findings about cases stand: place, rule."""
    return _steadily(store, "process findings", pd.DataFrame, lambda load: _read_findings(store, load))


def _steadily(store: Store, what: str, type_: type[Held], read: Callable[[int], Held]) -> tuple[int, Held]:
    """What is kept of the last done load; otherwise it is read, and kept once it is sure that no load changed it
    meanwhile."""
    load = clock.last_done(store)
    held = kept_already(store, load, what, type_)
    if held is not None:
        return load, held
    load, found = clock.standing(store, read)
    return load, kept(store, load, what, lambda: found)


def _read(store: Store, load: int) -> ProcessColumns:
    if load == 0:
        return ProcessColumns(_CASES.empty_table(), _EVENTS.empty_table())
    cases = store.table("process/cases", _CASES, load=load)
    return ProcessColumns(cases, store.table("process/events", _EVENTS, load=load))


def _read_findings(store: Store, load: int) -> pd.DataFrame:
    table = store.table("process/findings", _FINDINGS, load=load) if load else _FINDINGS.empty_table()
    found: pd.DataFrame = table.to_pandas()
    return found


def _read_units(store: Store, load: int) -> UnitColumns:
    empty = _UNITS.empty_table()
    table = store.table("process/units", _UNITS, load=load) if load else empty
    named = table.group_by(["unit_id", "name"]).aggregate([])
    names = dict(zip(named["unit_id"].to_pylist(), named["name"].to_pylist(), strict=True))
    return UnitColumns(table["place"].to_numpy(), _coded(table["unit_id"]), names)


def _coded(column: pa.ChunkedArray) -> Coded:
    """Codes in the order of the texts, null last."""
    encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    values = encoded.dictionary.to_pylist()
    order = sorted(range(len(values)), key=lambda i: (values[i] is None, values[i] or ""))
    place = np.empty(len(values), np.int64)
    place[order] = np.arange(len(values))
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    return Coded(place[codes] if len(codes) else np.zeros(0, np.int64), tuple(values[i] for i in order))


def _instants(column: pa.ChunkedArray) -> Ints:
    filled: Ints = pc.fill_null(column, int(NONE)).to_numpy()
    return filled


def months_of(at: Ints) -> Ints:
    """The months (since January 1970, on China's clock) of instants, NONE where there is none."""
    known = at != NONE
    local = np.where(known, at, 0) + 1000 * CHINA_OFFSET
    month = local.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    return np.where(known, month, NONE)


def month_text(month: int) -> str:
    """A month since January 1970 as '2024-06'."""
    return str(np.datetime64(int(month), "M"))


def month_end(month: int) -> int:
    """The instant (epoch ms) at which a month ends in China."""
    following = np.datetime64(int(month) + 1, "M").astype("datetime64[ms]").astype(np.int64)
    return int(following) - 1000 * CHINA_OFFSET
