"""Faults in what a case registers, receives and leaves: fields, and records with their dates, class and retention."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from demo.case_changes import (
    CaseFault,
    Changed,
    done,
    perishable,
    place_of,
    registered,
    required,
    timed,
    with_event,
    with_material,
)
from demo.cases import Case, Submission
from demo.reference import Requirement

_FORMS: dict[str, Callable[[str], str]] = {
    "phone": lambda text: text[:-1],
    "bank_account": lambda text: f"{text[:8]}-{text[8:]}",
}
"""How a field is written wrongly."""
_CLASSED = ("1", "6")
"""Classes of the business records of which the guides' items are known to be."""


def _with_field(case: Case, field: str, value: str) -> Case:
    fields = tuple((name, value if name == field else text) for name, text in case.registration.fields)
    return registered(case, fields=fields)


def _field_missing(rng: Random, case: Case) -> Changed:
    field, _ = rng.choice(case.registration.fields)
    return _with_field(case, field, ""), place_of(case, "acceptance"), f"{field} was not registered"


def _field_malformed(rng: Random, case: Case) -> Changed:
    field, text = rng.choice([(name, text) for name, text in case.registration.fields if name in _FORMS])
    wrong = _FORMS[field](text)
    return _with_field(case, field, wrong), place_of(case, "acceptance"), f"{wrong} is no {field}"


def _lasting(wanted: Requirement) -> bool:
    return not wanted.kind.for_one_case and not perishable(wanted)


def _held(case: Case) -> list[tuple[int, Submission]]:
    """Records that came at the acceptance and are good for long."""
    return [(n, held) for n, held, _ in required(case, _lasting) if case.events[n].stage == "acceptance"]


def _received_after_decision(rng: Random, case: Case) -> Changed:
    place, held = rng.choice(_held(case))
    last = len(case.events) - 1
    moved = with_event(with_material(case, place, held, None), last, received=(held,))
    return moved, last, f"{held.title} came with {case.events[last].activity}, after the approval"


def _dated_after_decision(rng: Random, case: Case) -> Changed:
    place, held = rng.choice(_held(case))
    decided = case.events[place_of(case, "approval")].at.date()
    new = replace(held, dated=decided + timedelta(days=rng.randint(2, 20)))
    why = f"{held.title} is dated {new.dated}, after the approval on {decided}"
    return with_material(case, place, held, new), place, why


def _has_lasting(case: Case) -> bool:
    return timed(case) and bool(_held(case))


def _made(case: Case) -> list[int]:
    """The approvals that made a record by which others are decided."""
    return [n for n, event in enumerate(case.events) if event.stage == "approval" and event.produced]


def _record_not_made(rng: Random, case: Case) -> Changed:
    place = _made(case)[0]
    why = f"{case.events[place].activity} left no {case.events[place].produced[0].title}"
    return with_event(case, place, produced=()), place, why


def _product(case: Case, **changes: str) -> Case:
    last = len(case.events) - 1
    made = case.events[last].produced
    return with_event(case, last, produced=(replace(made[0], **changes), *made[1:]))  # type: ignore[arg-type]


def _class_wrong(rng: Random, case: Case) -> Changed:
    wrong = rng.choice(("2", "4", "8"))
    why = f"the result is of class {wrong}, and of {case.item.business_class} by its item"
    return _product(case, class_no=wrong), len(case.events) - 1, why


def _retention_wrong(rng: Random, case: Case) -> Changed:
    why = f"the result is kept for 10 years instead of {case.item.retention}"
    return _product(case, retention="10年"), len(case.events) - 1, why


def _classed(case: Case) -> bool:
    return timed(case) and case.item.business_class in _CLASSED and bool(case.events[-1].produced)


RECORDS_OF_CASES: tuple[CaseFault, ...] = (
    CaseFault("field_missing", "a field of the registration is empty", done, _field_missing),
    CaseFault(
        "field_malformed",
        "a field is written in no form that it can have",
        lambda c: done(c) and any(name in _FORMS for name, _ in c.registration.fields),
        _field_malformed,
    ),
    CaseFault("received_after_decision", "a record came after the approval", _has_lasting, _received_after_decision),
    CaseFault("dated_after_decision", "a record is younger than the approval", _has_lasting, _dated_after_decision),
    CaseFault("class_wrong", "a record of the case is in the wrong class", _classed, _class_wrong),
    CaseFault("retention_wrong", "a record of the case is kept too short", _classed, _retention_wrong),
)
MADE = CaseFault(
    "record_not_made", "a decision left no record", lambda c: timed(c) and bool(_made(c)), _record_not_made
)
"""Few cases can take it: it comes first."""
