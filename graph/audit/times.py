"""Rules about time: late, silent, too fast, outside hours, entered long after."""

from __future__ import annotations

from datetime import time

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from graph.audit.cases_page import CasesPage, among, selected
from graph.audit.evaluation import NOTHING, Evaluated, Parameters
from graph.days import DAY_MS
from graph.time_limits import in_time


class Late(Parameters):
    """Agreed limits in calendar days from acceptance to completion: of items by id, and of all others `days`."""

    items: dict[str, int] = Field(default_factory=dict)
    days: int | None = Field(None, ge=0)


def late(page: CasesPage, asked: Late) -> Evaluated:
    """Cases that took longer than agreed; an open one by its last event. Undecidable without limit or instant."""
    cases = page.cases
    limit = cases["item_id"].map(asked.items).astype("float64")
    limit = limit if asked.days is None else limit.fillna(asked.days)
    end = cases["closed_at"].fillna(cases["last_at"])
    taken = (end - cases["opened_at"]) // DAY_MS
    known = limit.notna() & taken.notna()
    found = cases.assign(event_id=None, days=taken, limit=limit)[known & (taken > limit)]
    found = found.astype({"days": "int64", "limit": "int64"})
    return Evaluated(found[["case_id", "event_id", "days", "limit"]], len(cases), int((~known).sum()))


class Between(BaseModel):
    """From the first `start` to the first `end` after it, at most so many calendar days."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start: str
    end: str
    days: float = Field(ge=0)


class SlowStep(Parameters):
    pairs: tuple[Between, ...] = ()


def slow_step(page: CasesPage, asked: SlowStep) -> Evaluated:
    """Steps that surely came later after another than agreed. Without pairs nothing is decidable."""
    events = page.events
    if not asked.pairs:
        return Evaluated(NOTHING, 0, events["case_id"].nunique())
    parts, checked, undecidable = [], 0, 0
    for pair in in_time(asked.pairs):
        start = events[selected(events, [pair.start])].drop_duplicates("case_id")
        start = start.assign(latest=_latest(start))[["case_id", "at", "place", "latest"]]
        start.columns = ["case_id", "start_at", "start_place", "start_latest"]
        both = events[selected(events, [pair.end])].merge(start, on="case_id")
        both = both[both["place"] > both["start_place"]].drop_duplicates("case_id")
        taken = (both["at"] - both["start_at"]) / DAY_MS
        surely = (both["at"] - both["start_latest"]) / DAY_MS > pair.days
        found = both.assign(days=taken.round(1), limit=pair.days, start=pair.start)[surely]
        parts.append(found[["case_id", "event_id", "activity", "start", "days", "limit"]])
        unsure = taken.isna() | ((taken > pair.days) & ~surely)
        checked, undecidable = checked + len(both), undecidable + int(unsure.sum())
    return Evaluated(pd.concat(parts).drop_duplicates(["case_id", "event_id"]), checked, undecidable)


class Silence(Parameters):
    """More than `days` without an event within a case."""

    days: float = Field(90, gt=0)


def silence(page: CasesPage, asked: Silence) -> Evaluated:
    """Events that surely came after a long time in which nothing was done."""
    events = page.events
    before = events.groupby("case_id")["at"].shift()
    latest = _latest(events).groupby(events["case_id"]).shift()
    days = (events["at"] - before) / DAY_MS
    surely = (events["at"] - latest) / DAY_MS > asked.days
    followed = events["place"] > 0
    found = events.assign(days=days)[surely]
    found = found.assign(days=found["days"].astype("int64"))
    unknown = int((followed & (days.isna() | ((days > asked.days) & ~surely))).sum())
    return Evaluated(found[["case_id", "event_id", "activity", "days"]], int(followed.sum()), unknown)


def _latest(events: pd.DataFrame) -> pd.Series:
    """When each event was done at the latest: of one that is known by the day or less, the end of it."""
    return events["at"].where(~events["coarse"], events["until"])


class Hasty(Parameters):
    """One of `steps` within `within` seconds after the event before it, or after the last of `since` before it."""

    steps: tuple[str, ...] = ("stage:approval",)
    since: tuple[str, ...] = ()
    within: float = Field(30, gt=0)
    ignore: tuple[str, ...] = ("SYSTEM",)


def hasty(page: CasesPage, asked: Hasty) -> Evaluated:
    """Decisions that came sooner than one can read what they rest on. Instants to the minute or less do not tell."""
    events = page.events
    exact = events["precision"].isin(["second", "millisecond"])
    case, rests = events["case_id"], selected(events, asked.since) if asked.since else events["event_id"].notna()
    # The place, within the page, of what an event counts from.
    counted = pd.Series(events.index, events.index, dtype="float64").where(rests).groupby(case).ffill()
    counted = counted.groupby(case).shift()
    before = counted.map(events["at"])
    by_system = page.actors.loc[
        page.actors["name"].isin(asked.ignore) | (page.actors["kind"] == "system"), "event_id"
    ]
    chosen = selected(events, asked.steps) & counted.notna() & ~among(events["event_id"], by_system)
    exact &= counted.map(exact).eq(True)
    seconds = (events["at"] - before) / 1000
    unknown = chosen & (~exact | seconds.isna())
    found = events.assign(seconds_before=seconds)[chosen & exact & (seconds < asked.within)]
    found = found.assign(seconds_before=found["seconds_before"].round(3))
    shown = ["case_id", "event_id", "activity", "seconds_before"]
    return Evaluated(found[shown], int(chosen.sum()), int(unknown.sum()))


class OutsideHours(Parameters):
    """Office hours on the clock of the source; `weekdays` from 1, Monday, to 7; of `steps`, or of all events."""

    opens: time = time(7)
    closes: time = time(21)
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    steps: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ("SYSTEM",)


def outside_hours(page: CasesPage, asked: OutsideHours) -> Evaluated:
    """Events by people outside office hours. Instants that know only the day tell the weekday, not the hour."""
    events = page.events
    chosen = selected(events, asked.steps) if asked.steps else events["activity"].notna() | events["stage"].notna()
    by_system = page.actors.loc[
        page.actors["name"].isin(asked.ignore) | (page.actors["kind"] == "system"), "event_id"
    ]
    chosen &= ~among(events["event_id"], by_system)
    weekday = (events["local"] // DAY_MS + 3) % 7 + 1
    day_known = events["at"].notna() & events["precision"].isin(["day", "minute", "second", "millisecond"])
    off = day_known & ~weekday.isin(asked.weekdays)
    minute = events["local"] % DAY_MS // 60_000
    out = (minute < _minutes(asked.opens)) | (minute >= _minutes(asked.closes))
    late = events["at"].notna() & ~events["coarse"] & out
    unknown = chosen & ~off & (events["at"].isna() | events["coarse"])
    found = events[chosen & (off | late)]
    clock = pd.to_datetime(found["local"], unit="ms").dt.strftime("%Y-%m-%d %H:%M")
    found = found.assign(clock=clock)
    return Evaluated(found[["case_id", "event_id", "activity", "clock"]], int(chosen.sum()), int(unknown.sum()))


def _minutes(of: time) -> int:
    return of.hour * 60 + of.minute


class Backdated(Parameters):
    """Entered more than `days` after it was done."""

    days: float = Field(3, ge=0)


def backdated(page: CasesPage, asked: Backdated) -> Evaluated:
    """Events that were entered long after they are said to have been done."""
    events = page.events
    days = (events["recorded_at"] - events["until"]) / DAY_MS
    found = events.assign(days=days)[days > asked.days]
    found = found.assign(days=found["days"].round(1))
    return Evaluated(found[["case_id", "event_id", "activity", "days"]], len(events), int(days.isna().sum()))


class EnteredBefore(Parameters):
    """Entered more than `minutes` before it was done."""

    minutes: float = Field(5, ge=0)


def entered_before(page: CasesPage, asked: EnteredBefore) -> Evaluated:
    """Events that were entered before they are said to have been done."""
    events = page.events
    minutes = (events["at"] - events["recorded_at"]) / 60_000
    # What was entered at midnight is a day, as of all instants: it may have been entered at its end.
    clock = events["recorded_at"] + events["local"] - events["at"]
    whole_day = clock % DAY_MS == 0
    surely = minutes - whole_day * (DAY_MS / 60_000) > asked.minutes
    found = events.assign(minutes=minutes)[surely]
    found = found.assign(minutes=found["minutes"].round(1))
    unknown = minutes.isna() | ((minutes > asked.minutes) & ~surely)
    return Evaluated(found[["case_id", "event_id", "activity", "minutes"]], len(events), int(unknown.sum()))


class Undated(Parameters):
    """Nothing to set."""


def undated(page: CasesPage, asked: Undated) -> Evaluated:
    """Events of which no source says when they were done."""
    events = page.events
    return Evaluated(events.loc[events["at"].isna(), ["case_id", "event_id", "activity"]], len(events))
