"""Rules about the steps of a case: missing, out of order, repeated, taken up again."""

from __future__ import annotations

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from graph.audit.cases_page import CasesPage, among, selected
from graph.audit.evaluation import NOTHING, Evaluated, Parameters
from graph.time_limits import in_time


class MissingStep(Parameters):
    """Where one of `given` was done, one of `required` must have been, unless one of `unless` was."""

    given: tuple[str, ...]
    required: tuple[str, ...]
    unless: tuple[str, ...] = ()


def missing_step(page: CasesPage, asked: MissingStep) -> Evaluated:
    """Cases with a step and without the one that it needs. A case without any stage is not decidable by stages."""
    events = page.events
    if not asked.given or not asked.required:
        return Evaluated(NOTHING, 0, events["case_id"].nunique())
    given = events[selected(events, asked.given)].drop_duplicates("case_id")
    excused = events[selected(events, (*asked.required, *asked.unless))]["case_id"]
    found = given[~among(given["case_id"], excused)]
    by_stage = any(name.startswith("stage:") for name in (*asked.given, *asked.required))
    staged = events.loc[events["stage"].notna(), "case_id"]
    undecidable = events.loc[~among(events["case_id"], staged), "case_id"].nunique() if by_stage else 0
    required = ", ".join(name.removeprefix("stage:") for name in asked.required)
    found = found[["case_id", "event_id", "activity"]].assign(required=required)
    return Evaluated(found, len(given) + undecidable, undecidable)


class Before(BaseModel):
    """`then` must not be done before the first `first`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    first: str
    then: str


class StepOrder(Parameters):
    pairs: tuple[Before, ...] = ()


def step_order(page: CasesPage, asked: StepOrder) -> Evaluated:
    """Steps that were surely done before the one that must come first. Undecidable where days do not tell."""
    parts, checked, undecidable = [], 0, 0
    for pair in in_time(asked.pairs):
        both = _beside_first(page.events, pair.first, pair.then)
        early = both["until"] <= both["first_at"]
        unsure = _unsure(both, "first_at", "first_until", "first_coarse")
        found = both[early & ~unsure].drop_duplicates(["case_id", "event_id"])
        found = found.assign(first=found["first_activity"], hours=_hours(found["first_at"] - found["at"]))
        parts.append(found[["case_id", "event_id", "activity", "first", "hours"]])
        checked += both["case_id"].nunique()
        undecidable += both.loc[unsure, "case_id"].nunique()
    if not parts:
        return Evaluated(NOTHING, 0, page.events["case_id"].nunique())
    return Evaluated(pd.concat(parts).drop_duplicates(["case_id", "event_id"]), checked, undecidable)


def _beside_first(events: pd.DataFrame, first: str, then: str) -> pd.DataFrame:
    """Events of `then` with the earliest of `first` in their case."""
    dated = events[events["at"].notna()]
    firsts = dated[selected(dated, [first])].sort_values(["case_id", "at", "place"], kind="stable")
    firsts = firsts.drop_duplicates("case_id")[["case_id", "activity", "at", "until", "coarse", "place"]]
    firsts.columns = ["case_id", *(f"first_{n}" for n in ("activity", "at", "until", "coarse", "place"))]
    return dated[selected(dated, [then])].merge(firsts, on="case_id")


def _unsure(both: pd.DataFrame, at: str, until: str, coarse: str) -> pd.Series:
    """Where two instants overlap and at least one is no finer than a day."""
    overlap = (both["at"] < both[until]) & (both[at] < both["until"])
    return overlap & (both["coarse"] | both[coarse])


def _hours(ms: pd.Series) -> pd.Series:
    return (ms // 3_600_000).astype("int64")


class RepeatedEvent(Parameters):
    """Nothing to set."""


def repeated_event(page: CasesPage, asked: RepeatedEvent) -> Evaluated:
    """Events that another one of their case equals in activity, lifecycle, instant and actors. Days do not tell."""
    events = page.events
    key = ["case_id", "activity", "lifecycle", "at"]
    # Few are equal but for their actors, so only theirs are put together.
    alike = events[events.duplicated(key, keep=False)]
    of_alike = page.actors[among(page.actors["event_id"], alike["event_id"])]
    actors = of_alike.groupby("event_id")["actor_id"].agg(lambda ids: "\n".join(sorted(set(ids))))
    exact = alike.assign(actors=alike["event_id"].map(actors))
    same = exact.duplicated([*key, "actors"]) & exact["at"].notna()
    unsure = int((same & exact["coarse"]).sum()) + int(events["at"].isna().sum())
    found = exact[same & ~exact["coarse"]]
    return Evaluated(found[["case_id", "event_id", "activity"]], len(events), unsure)


class Rework(Parameters):
    """Any of `steps` (all activities where none is named) done more than `times` in a case."""

    steps: tuple[str, ...] = ()
    times: int = Field(1, ge=1)


def rework(page: CasesPage, asked: Rework) -> Evaluated:
    """Activities done more often than a case needs; one of the same lifecycle, instant and activity counts once."""
    events = page.events
    if asked.steps:
        events = events[selected(events, asked.steps)]
    events = events.drop_duplicates(["case_id", "activity", "lifecycle", "at"])
    key = ["case_id", "activity", "lifecycle"]
    times = events.groupby(key, dropna=False)["event_id"].transform("size")
    found = events.assign(times=times)[times > asked.times].drop_duplicates(key, keep="last")
    found = found.sort_values("times", ascending=False, kind="stable").drop_duplicates(["case_id", "activity"])
    return Evaluated(found[["case_id", "event_id", "activity", "times"]], events["case_id"].nunique())


class TakenUpAgain(Parameters):
    """After one of `after` none of `again` may be done."""

    after: tuple[str, ...]
    again: tuple[str, ...]


def taken_up_again(page: CasesPage, asked: TakenUpAgain) -> Evaluated:
    """The first step of a kind that comes after another that should have ended it. Undecidable within a day."""
    events = page.events
    dated = events[events["at"].notna()]
    firsts = dated[selected(dated, asked.after)].drop_duplicates("case_id")
    columns = ["case_id", "activity", "at", "until", "coarse", "place"]
    firsts = firsts[columns].rename(columns={name: f"first_{name}" for name in columns[1:]})
    both = dated[selected(dated, asked.again)].merge(firsts, on="case_id")
    both = both[both["place"] > both["first_place"]]
    unsure = _unsure(both, "first_at", "first_until", "first_coarse")
    found = both[~unsure].drop_duplicates("case_id")
    undecidable = both.loc[unsure & ~among(both["case_id"], found["case_id"]), "case_id"].nunique()
    found = found.assign(after=found["first_activity"])
    return Evaluated(found[["case_id", "event_id", "activity", "after"]], len(firsts), undecidable)
