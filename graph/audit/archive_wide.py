"""Rules that look at the whole archive, since one case does not tell: what actors do, what is usual.

Those about actors can be asked of some only: what they find of one depends on nothing that others do. So can the one
about two cases of a person: what it finds of two depends on no third.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
from pydantic import Field

from graph.audit.cases_page import COARSE
from graph.audit.evaluation import NOTHING, Evaluated, Parameters
from graph.audit.people import people_of
from graph.audit.steps_taken import StepsTaken
from graph.days import DAY_MS
from graph.read_once import read_once
from graph.store import Store

_TEXT, _INT = pa.string(), pa.int64()
DUTIES = pa.schema([*((n, _TEXT) for n in ("actor_id", "name", "kind", "activity", "stage")), ("events", _INT)])
ACTS = pa.schema(
    [
        *((n, _TEXT) for n in ("actor_id", "name", "kind", "event_id", "case_id")),
        ("at", _INT),
        ("precision", _TEXT),
    ]
)
OPEN = pa.schema([("case_id", _TEXT), ("item_id", _TEXT), ("last_at", _INT), ("until", _INT)])
TWICE = pa.schema([(n, _TEXT) for n in ("person_id", "item_id", "case_id", "region", "other_id", "other_region")])


@dataclass(frozen=True)
class Archive:
    """The whole archive as load `load`, the last done one, left it, and the steps that its cases take. `since` is the
    load after which changes count, and `changed` are the cases that are looked at for them; both are None where all
    is looked at."""

    store: Store
    load: int
    steps: StepsTaken
    since: int | None
    changed: list[str] | None

    @read_once
    def actors(self) -> list[str] | None:
        """The actors that rules about actors look at, None for all."""
        if self.since is None:
            return None
        return [row[0] for row in self.store.read("audit/changed_actors", since=self.since)]


class Duties(Parameters):
    """Pairs of duties that one actor must not have, each done at least `least` times."""

    pairs: tuple[tuple[str, str], ...] = ()
    least: int = Field(5, ge=1)
    ignore: tuple[str, ...] = ("SYSTEM",)


def duties(store: Store, load: int, chosen: list[str] | None, asked: Duties) -> Evaluated:
    """Actors (all where None is given) who did both of two duties that must be apart, whatever the case."""
    steps = _named(name for pair in asked.pairs for name in pair)
    counts = store.table("audit/duties", DUTIES, load=load, actors=chosen, **steps).to_pandas()
    counts = people_of(counts, asked.ignore)
    actors = counts["actor_id"].nunique()
    if not asked.pairs:
        return Evaluated(NOTHING, 0, actors)
    parts = []
    for first, second in asked.pairs:
        of = [_times(counts, name) for name in (first, second)]
        both = pd.concat(of, axis=1, keys=["first_times", "second_times"]).dropna().astype("int64")
        both = both[both.min(axis=1) >= asked.least].reset_index()
        names = {"first": first.removeprefix("stage:"), "second": second.removeprefix("stage:")}
        parts.append(both.assign(**names, actor=both["actor_id"]))
    return Evaluated(pd.concat(parts), actors * len(asked.pairs))


def _named(steps: Iterable[str]) -> dict[str, list[str]]:
    """The activities and the stages that steps may be named by."""
    names = list(dict.fromkeys(steps))
    stages = [name.removeprefix("stage:") for name in names if name.startswith("stage:")]
    return {"activities": names, "stages": stages}


def _times(counts: pd.DataFrame, name: str) -> pd.Series:
    stage = name.removeprefix("stage:")
    chosen = counts["stage"] == stage if stage != name else counts["activity"] == name
    return counts[chosen].groupby("actor_id")["events"].sum()


class InBulk(Parameters):
    """`least` decisions in different cases by one actor within `minutes`."""

    steps: tuple[str, ...] = ("stage:approval",)
    least: int = Field(5, ge=2)
    minutes: float = Field(60, gt=0)
    ignore: tuple[str, ...] = ("SYSTEM",)


def in_bulk(store: Store, load: int, chosen: list[str] | None, asked: InBulk) -> Evaluated:
    """Decisions of actors (all where None is given) that follow each other faster than one can read; one finding for
    each that completes such a run."""
    acts = store.table("audit/acts", ACTS, load=load, actors=chosen, **_named(asked.steps)).to_pandas()
    acts = people_of(acts, asked.ignore)
    unsure = acts["at"].isna() | acts["precision"].isin(COARSE)
    exact = acts[~unsure].drop_duplicates(["actor_id", "case_id"])
    begun = exact.groupby("actor_id")["at"].shift(asked.least - 1)
    minutes = (exact["at"] - begun) / 60_000
    found = exact.assign(minutes=minutes.round(1))[minutes <= asked.minutes]
    # A run of decisions is one finding: the one that completes it stands for those that follow.
    before = found.groupby("actor_id")["at"].shift()
    found = found[~((found["at"] - before) / 60_000 <= asked.minutes)]
    found = found.assign(decisions=asked.least, actor=found["actor_id"])
    shown = ["case_id", "event_id", "actor", "decisions", "minutes", "actor_id"]
    return Evaluated(found[shown], len(acts), int(unsure.sum()))


class NeverClosed(Parameters):
    """Open, and nothing done for `days` before the last instant of the system."""

    days: float = Field(365, gt=0)


def never_closed(archive: Archive, rule: str, asked: NeverClosed) -> Evaluated:
    """Open cases in which nothing was done for long, by the last instant that their source knows."""
    cases = archive.store.table("audit/open_cases", OPEN, load=archive.load).to_pandas()
    days = (cases["until"] - cases["last_at"]) / DAY_MS
    found = cases.assign(event_id=None, days=days)[days > asked.days]
    found = found.assign(days=found["days"].astype("int64"))
    return Evaluated(found[["case_id", "event_id", "days"]], len(cases), int(days.isna().sum()))


class TwoRegions(Parameters):
    """Applicants in which roles; '' is none that is named."""

    roles: tuple[str, ...] = ("", "applicant", "申请人")
    items: tuple[str, ...] = ()


def two_regions(archive: Archive, rule: str, asked: TwoRegions) -> Evaluated:
    """Cases of one person about one item that ran in two regions at once."""
    asks = {"load": archive.load, "roles": list(asked.roles), "cases": archive.changed}
    found = archive.store.table("audit/same_benefit", TWICE, **asks).to_pandas()
    if asked.items:
        found = found[found["item_id"].isin(asked.items)]
    found = found.assign(event_id=None, other=found["other_id"], key=found["other_id"] + "|" + found["person_id"])
    shown = ["case_id", "event_id", "key", "item_id", "region", "other", "other_region", "other_id", "person_id"]
    return Evaluated(found[shown], len(found))
