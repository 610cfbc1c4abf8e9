"""How many cases take which step, from one activity to the next, by item: counted over all cases, or from what an
audit before has counted and what its changed cases had then and have now.

An audit keeps the counts in the header of its load, under digests: what is erased must not stay there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.canonical import canonical
from graph.in_force import in_force
from graph.order import PLACED, order_events
from graph.store import Store

_TEXT, _INT, _BOOL = pa.string(), pa.int64(), pa.bool_()
STEP = ["item_id", "from_activity", "to_activity"]
STEPS = pa.schema([*((n, _TEXT) for n in STEP), ("steps", _INT), ("cases", _INT), ("seconds", pa.float64())])
PLACES = pa.schema([(n, _TEXT) for n in ("case_id", "event_id", *STEP)])
LINKS = pa.schema(
    [
        *((n, _TEXT) for n in ("case_id", "event_id")),
        *((n, _INT) for n in ("sort_at", "seq")),
        *((n, _BOOL) for n in ("had", "has")),
        ("activity", _TEXT),
        *((n, _INT) for n in ("since", "withdrawn", "erased")),
    ]
)
# Where there are more steps than that, they are counted anew by each audit.
MOST_KEPT = 20_000
# How many cases take each step: digest of the item, digest of the step, cases.
Kept = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Before:
    """What the audit before has left, whose findings all stand: the load that it looked at, the digest of its rules,
    the steps it has counted (None where it did not), and the cases that have changed since."""

    load: int
    rule_set: str
    steps: Kept | None
    changed: Sequence[str]


def digest(*texts: str | None) -> str:
    """What stands for texts where they are not to be kept: 16 hexadecimal digits."""
    return hashlib.blake2b(canonical(list(texts)).encode(), digest_size=8).hexdigest()


class StepsTaken:
    """The steps of all cases as load `load`, the last done one, left them."""

    def __init__(self, store: Store, load: int, before: Before | None) -> None:
        self._store, self._load, self._before = store, load, before

    @cached_property
    def counts(self) -> pd.DataFrame:
        """`item` and `step` (digests) and `cases`, for each step that any case takes."""
        counted = self._counted_on()
        if counted is None:
            counts = self._of_all[["item", "step", "cases"]]
        else:
            rows = [(item, step, n) for item, of in counted.items() for step, n in of.items()]
            counts = pd.DataFrame(rows, columns=["item", "step", "cases"])
        return counts.astype({"cases": "int64"})

    def kept(self) -> Kept | None:
        """The counts as an audit keeps them, None where no rule has asked for them."""
        if "counts" not in vars(self) or len(self.counts) > MOST_KEPT:
            return None
        kept: Kept = {}
        for item, step, cases in self.counts.itertuples(index=False, name=None):
            kept.setdefault(item, {})[step] = cases
        return kept

    def places(self, wanted: pd.DataFrame, rule: str) -> pd.DataFrame:
        """Where the steps of `wanted` (some rows of `counts`, of which the rule has found those of few cases) are
        taken: `case_id`, `event_id` (the later one), what the step is, and its digest as `step`."""
        left = self._places_left(wanted, rule)
        if left is not None:
            return left
        steps = self._of_all[self._of_all["step"].isin(wanted["step"])]
        keys = steps[STEP].fillna("").agg("\t".join, axis=1).tolist() if len(steps) else []
        found = self._store.table("audit/step_places", PLACES, load=self._load, keys=keys).to_pandas()
        return _digested(found)

    @cached_property
    def _of_all(self) -> pd.DataFrame:
        return _digested(self._store.table("audit/steps", STEPS, load=self._load).to_pandas())

    def _counted_on(self) -> Kept | None:
        """The counts of the audit before without what the changed cases had then, and with what they have now."""
        if self._before is None or self._before.steps is None or self._of_changed is None:
            return None
        counted = {item: dict(of) for item, of in self._before.steps.items()}
        for steps, more in zip(self._of_changed, (-1, 1), strict=True):
            cases = steps.drop_duplicates(["case_id", "step"]).groupby(["item", "step"]).size()
            for (item, step), n in cases.items():
                of = counted.setdefault(item, {})
                of[step] = of.get(step, 0) + more * int(n)
        if any(n < 0 for of in counted.values() for n in of.values()):
            return None
        return {item: {step: n for step, n in of.items() if n} for item, of in counted.items()}

    @cached_property
    def _of_changed(self) -> tuple[pd.DataFrame, pd.DataFrame] | None:
        """The steps that the changed cases took when the audit before looked at them, and those that they take now.
        None where what they said then is erased."""
        before = self._before
        if before is None or not before.changed:
            return None if before is None else (_NO_STEPS, _NO_STEPS)
        ids = list(before.changed)
        asked = {"ids": ids, "before": before.load, "load": self._load}
        links = self._store.table("audit/case_links", LINKS, **asked).to_pandas()
        cases = [in_force(self._store, {"Case": ids}, load, _ITEMS)["Case"] for load in (before.load, self._load)]
        erased = [one["erased"] for of in cases for one in of.values() if one["erased"] is not None]
        if (links["erased"] > before.load).any() or any(load > before.load for load in erased):
            return None
        then, now = links[links["had"]], links[links["has"]]
        changed = then["since"] > before.load
        then = then[changed | ~(then["withdrawn"] <= before.load)]
        known = in_force(
            self._store, {"Event": then.loc[changed, "event_id"].tolist()}, before.load, {"Event": {"activity"}}
        )["Event"]
        said = {id_: event["activity"] for id_, event in known.items()}
        then = then[~changed | then["event_id"].isin(list(said))]
        activity = then["activity"].where(~changed, then["event_id"].map(said))
        now = now[~(now["withdrawn"] <= self._load)]
        return _steps(then.assign(activity=activity), cases[0]), _steps(now, cases[1])

    def _places_left(self, wanted: pd.DataFrame, rule: str) -> pd.DataFrame | None:
        """The same from the findings of the audit before, for cases that have not changed since. None where these do
        not name as many cases of each step as there are."""
        before = self._before
        if before is None or "_of_all" in vars(self) or self._of_changed is None:
            return None
        now = self._of_changed[1]
        stood = self._standing(before, rule)
        places = pd.concat([stood, now])
        places = places[places["step"].isin(wanted["step"])]
        cases = places.drop_duplicates(["case_id", "step"]).groupby("step").size()
        counted = wanted["step"].map(cases).fillna(0)
        return places if (counted == wanted["cases"]).all() else None

    def _standing(self, before: Before, rule: str) -> pd.DataFrame:
        """Where the rule has found steps in cases that have not changed since."""
        about = {"whole": False, "rules": [rule], "by_actor": [], "actors": [], "ids": []}
        rows = self._store.read("audit/standing_findings", load=self._load, **about)
        said = {row[0]: json.loads(row[4]) for row in rows if row[5] == before.rule_set}
        targets: dict[str, dict[str, str]] = {id_: {} for id_ in said}
        for id_, label, target in self._store.read("audit/finding_targets", ids=list(said), load=self._load):
            targets[id_][label] = target
        changed = set(before.changed)
        left = {id_: of for id_, of in targets.items() if of.get("Case") not in changed}
        cases = [of["Case"] for of in left.values() if "Case" in of]
        items = {one["id"]: one["item_id"] for one in self._store.contents("Case", cases, {"id", "item_id"})}
        found = [
            (of["Case"], of["Event"], items[of["Case"]], *(said[id_][name] or None for name in STEP[1:]))
            for id_, of in left.items()
            if of.keys() >= {"Case", "Event"} and of["Case"] in items
        ]
        return _digested(pd.DataFrame(found, columns=PLACES.names))


_ITEMS = {"Case": {"item_id"}}


def _steps(events: pd.DataFrame, cases: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """The steps of cases from their events, each at the later one."""
    events = events[events["case_id"].isin(list(cases))]
    columns = {name: pa.array(events[name], PLACED.field(name).type, from_pandas=True) for name in PLACED.names[:4]}
    placed = pa.table({**columns, "at": pa.nulls(len(events), _INT), "stage": pa.nulls(len(events), _TEXT)})
    ids = pa.array(list(cases), _TEXT)
    nexts = order_events(placed, pa.table({"id": ids, "accepted_at": pa.nulls(len(ids), _INT)})).nexts.to_pandas()
    activity = events.drop_duplicates("event_id").set_index("event_id")["activity"]
    steps = {
        "case_id": nexts["case_id"],
        "event_id": nexts["to_id"],
        "item_id": nexts["case_id"].map({id_: one["item_id"] for id_, one in cases.items()}),
        "from_activity": nexts["from_id"].map(activity),
        "to_activity": nexts["to_id"].map(activity),
    }
    return _digested(pd.DataFrame(steps))


def _digested(steps: pd.DataFrame) -> pd.DataFrame:
    """With `item` and `step`, the digests of what a step is."""
    codes = steps.groupby(STEP, dropna=False, sort=False).ngroup().to_numpy()
    firsts = np.unique(codes, return_index=True)[1]
    keys = [
        [None if pd.isna(text) else text for text in key]
        for key in steps[STEP].iloc[firsts].itertuples(index=False, name=None)
    ]
    items = np.array([digest(key[0]) for key in keys], dtype=object)
    of_steps = np.array([digest(*key) for key in keys], dtype=object)
    return steps.assign(item=items[codes], step=of_steps[codes])


_NO_STEPS = _digested(PLACES.empty_table().to_pandas())
