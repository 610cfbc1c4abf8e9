"""Rules about who acted: four eyes, nobody, for a unit that is not theirs, in their own case."""

from __future__ import annotations

import pandas as pd

from graph.audit.cases_page import CasesPage, among, selected
from graph.audit.evaluation import NOTHING, Evaluated, Parameters
from graph.days import day_of, last_day, read_day
from graph.time_limits import in_time


class FourEyes(Parameters):
    """Pairs of steps that must not be done by one actor; systems, and names in `ignore`, are no one."""

    pairs: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ("SYSTEM",)


def people_of(actors: pd.DataFrame, ignore: tuple[str, ...]) -> pd.DataFrame:
    """The actors that are people: no systems and none that is to be ignored."""
    return actors[(actors["kind"] != "system") & ~actors["name"].isin(ignore)]


def four_eyes(page: CasesPage, asked: FourEyes) -> Evaluated:
    """One actor in two steps of a case that must be apart. Undecidable where a step names nobody."""
    events, people = page.events, people_of(page.actors, asked.ignore)
    if not asked.pairs:
        return Evaluated(NOTHING, 0, events["case_id"].nunique())
    all_named = page.actors["event_id"]
    parts, checked, undecidable = [], 0, 0
    for first, second in in_time(asked.pairs):
        sides = [events[selected(events, [name])] for name in (first, second)]
        both = set(sides[0]["case_id"]) & set(sides[1]["case_id"])
        acted = [side.merge(people[["event_id", "actor_id"]].drop_duplicates(), on="event_id") for side in sides]
        # Of an event in several cases the actors are listed once for each.
        same = acted[1].merge(
            acted[0][["case_id", "actor_id", "event_id", "activity"]],
            on=["case_id", "actor_id"],
            suffixes=("", "_first"),
        )
        same = same[same["event_id"] != same["event_id_first"]]
        same = same.drop_duplicates(["case_id", "actor_id"], keep="last")
        same = same.assign(first=same["activity_first"], actor=same["actor_id"])
        parts.append(same[["case_id", "event_id", "activity", "first", "actor", "actor_id"]])
        unnamed = pd.concat([side.loc[~among(side["event_id"], all_named), "case_id"] for side in sides])
        checked += len(both)
        undecidable += len((both & set(unnamed)) - set(same["case_id"]))
    return Evaluated(pd.concat(parts).drop_duplicates(["case_id", "event_id", "actor"]), checked, undecidable)


class NoActor(Parameters):
    """Of `steps`, or of all events."""

    steps: tuple[str, ...] = ()


def no_actor(page: CasesPage, asked: NoActor) -> Evaluated:
    """Events that name nobody who did them."""
    events = page.events
    chosen = events[selected(events, asked.steps)] if asked.steps else events
    found = chosen[~among(chosen["event_id"], page.actors["event_id"])]
    return Evaluated(found[["case_id", "event_id", "activity"]], len(chosen))


class UnknownActor(Parameters):
    """Names that are no one's."""

    names: tuple[str, ...] = ("EMPTY", "NONE", "NULL", "N/A", "UNKNOWN", "未知", "无", "匿名", "-", "?")


def unknown_actor(page: CasesPage, asked: UnknownActor) -> Evaluated:
    """Events whose actor has a name that is no one's, or none."""
    actors = page.actors
    plain = actors["name"].str.strip().str.upper()
    nobody = plain.isna() | (plain == "") | plain.isin([name.upper() for name in asked.names])
    found = actors[nobody].drop_duplicates(["case_id", "event_id"])
    found = page.events[["event_id", "case_id", "activity"]].merge(
        found[["case_id", "event_id", "actor_id"]], on=["case_id", "event_id"]
    )
    found = found.assign(actor=found["actor_id"])
    return Evaluated(found[["case_id", "event_id", "activity", "actor", "actor_id"]], len(actors))


class ForeignUnit(Parameters):
    """Nothing to set."""


def foreign_unit(page: CasesPage, asked: ForeignUnit) -> Evaluated:
    """Events in a unit that the actor did not belong to on that day. Undecidable for actors in no staff list."""
    lists = page.staff.memberships
    acted = page.actors[["case_id", "event_id", "actor_id"]].merge(
        page.units[["event_id", "unit_id"]].drop_duplicates(), on="event_id"
    )
    listed = among(acted["actor_id"], lists["actor_id"])
    known = acted[listed].merge(
        page.events[["case_id", "event_id", "activity", "at", "offset"]], on=["case_id", "event_id"]
    )
    known = known.drop_duplicates(["case_id", "event_id", "actor_id", "unit_id"])
    of_actor = {
        actor: list(zip(of["unit_id"], of["valid_from"], of["valid_to"], strict=True))
        for actor, of in lists.groupby("actor_id")
    }
    foreign = [
        not any(
            unit == row.unit_id and _holds(row.at, row.offset, start, end)
            for unit, start, end in of_actor[row.actor_id]
        )
        for row in known.itertuples()
    ]
    # An actor may act for several units at once; one that is theirs is enough.
    known = known.assign(foreign=foreign)
    every = known.groupby(["case_id", "event_id", "actor_id"])["foreign"].transform("all")
    found = known[every].drop_duplicates(["case_id", "event_id", "actor_id"])
    found = found.assign(actor=found["actor_id"], unit=found["unit_id"])
    shown = ["case_id", "event_id", "activity", "actor", "unit", "actor_id"]
    return Evaluated(found[shown], len(acted), int((~listed).sum()))


def _holds(at: float, offset: float, start: object, end: object) -> bool:
    """Whether an instant lies in a span of days; where a day is not known, it does."""
    if pd.isna(at):
        return True
    day = day_of(int(at), None if pd.isna(offset) else int(offset))
    first = read_day(start) if isinstance(start, str) else None
    last = last_day(end) if isinstance(end, str) else None
    return (first is None or first.number <= day) and (last is None or day <= last)


class OwnCase(Parameters):
    """Nothing to set."""


def own_case(page: CasesPage, asked: OwnCase) -> Evaluated:
    """Events by an actor who is the applicant. Undecidable where no staff list says who an actor is."""
    if not page.staff.persons:
        return Evaluated(NOTHING, 0, page.events["case_id"].nunique())
    found = page.events[["case_id", "event_id", "activity"]].merge(page.own_cases, on=["case_id", "event_id"])
    found = found.drop_duplicates(["case_id", "event_id", "actor_id"])
    found = found.assign(actor=found["actor_id"])
    return Evaluated(found[["case_id", "event_id", "activity", "actor", "actor_id"]], len(page.events))
