"""Rules about records and amounts: missing, later than the decision, expired, different."""

from __future__ import annotations

import pandas as pd
from pydantic import BaseModel, ConfigDict

from graph.audit.cases_page import CasesPage, among, selected
from graph.audit.evaluation import NOTHING, Evaluated, Parameters
from graph.days import CHINA_OFFSET, DAY_MS, last_day, read_day
from graph.time_limits import in_time

DECISION = ("stage:approval",)


class AfterDecision(Parameters):
    """What is a decision."""

    decisions: tuple[str, ...] = DECISION


def _decisions(page: CasesPage, names: tuple[str, ...]) -> pd.DataFrame:
    """The first decision of each case, with the day of it."""
    events = page.events[page.events["at"].notna()]
    first = events[selected(events, names)].drop_duplicates("case_id")
    first = first.assign(day=first["local"] // DAY_MS)
    columns = ["activity", "at", "until", "coarse", "day"]
    return first[["case_id", *columns]].rename(columns={name: f"decision_{name}" for name in columns})


def received_late(page: CasesPage, asked: AfterDecision) -> Evaluated:
    """Records that a case received after the decision that should rest on them. Days alone may not tell."""
    received = page.events[["case_id", "event_id", "at", "until", "coarse"]].merge(
        page.materials, on=["case_id", "event_id"]
    )
    both = received.merge(_decisions(page, asked.decisions), on="case_id")
    later = both["at"] >= both["decision_until"]
    overlap = (both["at"] < both["decision_until"]) & (both["decision_at"] < both["until"])
    unsure = overlap & (both["coarse"] | both["decision_coarse"])
    found = both[later]
    found = found.assign(material=found["material_id"], decision=found["decision_activity"])
    shown = ["case_id", "event_id", "material", "decision", "material_id"]
    return Evaluated(found[shown], len(both), int((unsure | both["at"].isna()).sum()))


def dated_late(page: CasesPage, asked: AfterDecision) -> Evaluated:
    """Records whose own date is later than the day of the decision that rests on them."""
    both = page.materials.merge(_decisions(page, asked.decisions), on="case_id")
    first = _days(both["dated"], last=False)
    found = both[first > both["decision_day"]].drop_duplicates(["case_id", "material_id"])
    found = found.assign(material=found["material_id"], decision=found["decision_activity"])
    shown = ["case_id", "event_id", "material", "dated", "decision", "material_id"]
    return Evaluated(found[shown], len(both), int(first.isna().sum()))


def _days(texts: pd.Series, *, last: bool) -> pd.Series:
    """The numbers of the first or last days that dates can mean, NaN where they are none."""
    found = {}
    for text in texts.dropna().unique():
        day = read_day(text)
        found[text] = last_day(text) if last else day.number if day else None
    return texts.map(found).astype("float64")


class Expired(Parameters):
    """Nothing to set."""


def expired(page: CasesPage, asked: Expired) -> Evaluated:
    """Records that were no longer valid, by their own date, on the day they came. Without such a date undecidable."""
    events = page.events[["case_id", "event_id", "local"]]
    both = page.materials.merge(events, on=["case_id", "event_id"])
    until = _days(both["valid_until"], last=True)
    day = both["local"].fillna(1000 * CHINA_OFFSET) // DAY_MS
    known = until.notna() & both["local"].notna()
    found = both[known & (until < day)].drop_duplicates(["case_id", "material_id"])
    found = found.assign(material=found["material_id"])
    shown = ["case_id", "event_id", "material", "valid_until", "material_id"]
    return Evaluated(found[shown], len(both), int((~known).sum()))


class Required(BaseModel):
    """A case of `items` (of all where none is named) that has `given` needs a record with one of `titles`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    titles: tuple[str, ...]
    items: tuple[str, ...] = ()
    given: tuple[str, ...] = DECISION


class MissingMaterial(Parameters):
    required: tuple[Required, ...] = ()


def missing_material(page: CasesPage, asked: MissingMaterial) -> Evaluated:
    """Cases that were decided without a record that they need. Without a list nothing is decidable."""
    events = page.events
    if not asked.required:
        return Evaluated(NOTHING, 0, events["case_id"].nunique())
    items = page.cases.set_index("case_id")["item_id"]
    parts, checked = [], 0
    for one in in_time(asked.required):
        decided = events[selected(events, one.given)].drop_duplicates("case_id")
        if one.items:
            decided = decided[decided["case_id"].map(items).isin(one.items)]
        held = page.materials.loc[page.materials["title"].isin(one.titles), "case_id"]
        found = decided[~among(decided["case_id"], held)].assign(required=" / ".join(one.titles))
        parts.append(found[["case_id", "event_id", "activity", "required"]])
        checked += len(decided)
    return Evaluated(pd.concat(parts), checked)


class AmountsDiffer(Parameters):
    """Kinds of payments, or fields of facts about the case, whose sums must be equal."""

    pairs: tuple[tuple[str, str], ...] = (("amount_decided", "amount_paid"), ("decided", "paid"))


def amounts_differ(page: CasesPage, asked: AmountsDiffer) -> Evaluated:
    """Cases in which two amounts differ that must be equal; a case that states one of them only is no case of it."""
    stated = page.amounts
    numbers = stated["number"].fillna(pd.to_numeric(stated["value"], errors="coerce"))
    sums = stated.assign(amount=numbers).groupby(["case_id", "kind"])["amount"].sum(min_count=1).unstack()
    parts, checked, undecidable = [], 0, 0
    for first, second in in_time(asked.pairs):
        there = stated[stated["kind"].isin((first, second))].groupby("case_id")["kind"].nunique() == 2
        both = sums.reindex(columns=[first, second]).loc[there.index[there]]
        unknown = both.isna().any(axis=1)
        differ = both[~unknown & (both[first] != both[second])].astype("int64").reset_index()
        differ = differ.rename(columns={first: "first", second: "second"}).assign(event_id=None)
        parts.append(differ.assign(difference=differ["second"] - differ["first"]))
        checked, undecidable = checked + len(both), undecidable + int(unknown.sum())
    found = pd.concat(parts)[["case_id", "event_id", "first", "second", "difference"]]
    return Evaluated(found.drop_duplicates("case_id"), checked, undecidable)
