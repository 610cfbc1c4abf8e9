"""Plants the faults: how many of each kind, and no two in one case or about one person's identity."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from demo.case_changes import TIMED, CaseFault
from demo.case_faults import CASE_FAULTS
from demo.cases import Case
from demo.handling import SYSTEM
from demo.model import Fault, Model, require
from demo.record_faults import FILE_FAULTS, RECORD_FAULTS, with_record_faults

FAULT_KINDS: dict[str, str] = {
    **{kind.kind: kind.about for kind in CASE_FAULTS},
    "night_mass_approval": "many approvals by one actor within one night",
    "two_regions": "the same item in two regions at once",
    **{kind.kind: kind.about for kind in RECORD_FAULTS},
    **FILE_FAULTS,
}


def with_faults(model: Model) -> Model:
    """The model with every kind of fault, two of each for 200 people, ten for 2,000."""
    count = max(2, len(model.people) // 200)
    taken: set[str] = set()
    return with_record_faults(_with_case_faults(model, count, taken), count, taken)


def _with_case_faults(model: Model, count: int, taken: set[str]) -> Model:
    """Adds to `taken` the people whose identity a case disputes."""
    rng = Random(f"{model.seed}:case faults")
    places = {case.id: n for n, case in enumerate(model.cases)}
    cases = list(model.cases)
    used = {fault.record for fault in model.faults}
    stated = Counter(c.applicant.id for c in cases if c.system in TIMED)
    faults: list[Fault] = []
    for kind in CASE_FAULTS:
        able = [c for c in cases if c.id not in used and _by_staff(c) and kind.fits(c)]
        chosen = require(count, kind.kind, _chosen(rng, kind, able, count, stated, taken))
        for case in chosen:
            changed, event, why = kind.plant(rng, case)
            cases[places[case.id]] = changed
            used.add(case.id)
            faults.append(Fault(kind.kind, case.id, why, event))
    return replace(model, cases=cases, faults=[*model.faults, *faults])


def _chosen(
    rng: Random, kind: CaseFault, able: list[Case], count: int, stated: Counter[str], taken: set[str]
) -> list[Case]:
    """`count` cases; for a fault of identity of different people who have at least two cases that state it."""
    if not kind.of_identity:
        return rng.sample(able, min(count, len(able)))
    chosen: list[Case] = []
    for case in rng.sample(able, len(able)):
        if len(chosen) == count:
            break
        if case.applicant.id not in taken and stated[case.applicant.id] > 1:
            taken.add(case.applicant.id)
            chosen.append(case)
    return chosen


def _by_staff(case: Case) -> bool:
    return all(event.staff and event.staff.actor != SYSTEM for event in case.events)
