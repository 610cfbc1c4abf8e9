"""The history of batches, as the decisions about them tell it: formed, sampled, inspected, judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

from graph.decision_kinds import BATCH_KINDS, FORMED, INSPECTED, JUDGED, SAMPLED
from graph.decisions import DecisionRow, of_kind
from graph.errors import NotFound
from graph.store import Store

State = Literal["formed", "sampled", "accepted", "returned"]


class Defect(BaseModel):
    """What is wrong with a record: its kind, one of the house's, and the page where it is, null for the whole."""

    material: str
    kind: str
    page: int | None = Field(None, ge=1)


@dataclass
class Round:
    """One sample and what came of it; `found` has the defects of each record that was inspected, by its last
    inspection."""

    sampled: DecisionRow
    found: dict[str, list[Defect]] = field(default_factory=dict)
    by: dict[str, DecisionRow] = field(default_factory=dict)
    judged: DecisionRow | None = None

    @property
    def sample(self) -> list[str]:
        """The records that were drawn."""
        return [one.id for one in self.sampled.about]

    @property
    def accepted(self) -> bool:
        """Whether it ended with acceptance."""
        return self.judged is not None and self.judged.what["outcome"] == "accepted"


@dataclass
class BatchHistory:
    """A batch: the decision that formed it, and its samples in their order. Those that were drawn anew before they
    were judged count for the same round."""

    code: str
    formed: DecisionRow
    rounds: list[Round] = field(default_factory=list)

    @property
    def records(self) -> list[str]:
        """The records that were given away with it."""
        return [one.id for one in self.formed.about]

    @property
    def reworks(self) -> int:
        """How often it was returned for rework."""
        return sum(one.judged is not None and not one.accepted for one in self.rounds)

    @property
    def open(self) -> Round | None:
        """The sample that is not judged yet."""
        return self.rounds[-1] if self.rounds and self.rounds[-1].judged is None else None

    @property
    def state(self) -> State:
        """Where it stands."""
        if not self.rounds:
            return "formed"
        last = self.rounds[-1]
        return "sampled" if last.judged is None else "accepted" if last.accepted else "returned"


def histories(store: Store, load: int) -> dict[str, BatchHistory]:
    """All batches by code, as a load knew them."""
    made = [one for kind in BATCH_KINDS for one in of_kind(store, load, kind)] if load else []
    return told(sorted(made, key=lambda one: one.load))


def told(decisions: Iterable[DecisionRow]) -> dict[str, BatchHistory]:
    """What decisions in their order tell; those that were reversed do not count."""
    found: dict[str, BatchHistory] = {}
    for one in decisions:
        if one.reversed_by is not None:
            continue
        code = one.what["batch"]
        if one.kind == FORMED:
            found[code] = BatchHistory(code, one)
            continue
        batch = found[code]
        if one.kind == SAMPLED:
            batch.rounds.append(Round(one))
        elif one.kind == INSPECTED:
            _inspected(batch.rounds[-1], one)
        elif one.kind == JUDGED:
            batch.rounds[-1].judged = one
    return found


def _inspected(last: Round, one: DecisionRow) -> None:
    for target in one.about:
        last.found[target.id] = []
        last.by[target.id] = one
    for material, kind, page in one.what["defects"]:
        last.found[material].append(Defect(material=material, kind=kind, page=page))


def batch_of(store: Store, load: int, code: str) -> BatchHistory:
    """One batch. Raises NotFound where there is none of that code."""
    found = histories(store, load).get(code)
    if found is None:
        raise NotFound(f"There is no batch '{code}'.", "`dossier batches list` lists them.")
    return found
