"""A kind of fault in a case, and the changes of a case of which the kinds are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from demo.cases import DONE, Case, Submission
from demo.reference import Requirement

Changed = tuple[Case, int | None, str]
"""The case with the fault in it, the place of the event in question, and why it is one."""
TIMED = ("shebao", "renshe")
"""Systems that note instants to the second; the third knows days only."""


@dataclass(frozen=True)
class CaseFault:
    """A kind of fault: which cases can take it, and what it makes of one. Those `of_identity` are about who
    the applicant is; one person has at most one of these."""

    kind: str
    about: str
    fits: Callable[[Case], bool]
    plant: Callable[[Random, Case], Changed]
    of_identity: bool = False


def done(case: Case) -> bool:
    """Whether it came to its regular end."""
    return case.outcome == DONE


def timed(case: Case) -> bool:
    """Whether it did so in a system that notes instants to the second."""
    return done(case) and case.system in TIMED


def person(case: Case) -> bool:
    """Whether a person applied for it in such a system."""
    return case.of_person and case.system in TIMED


def with_event(case: Case, place: int, **changes: object) -> Case:
    """The case with other values at one of its events."""
    events = list(case.events)
    events[place] = replace(events[place], **changes)  # type: ignore[arg-type]
    return replace(case, events=tuple(events))


def place_of(case: Case, stage: str) -> int:
    """The place of the first event of a stage that is there."""
    place = case.first(stage)
    assert place is not None, f"{case.id} has no event of stage {stage}"
    return place


def registered(case: Case, **changes: object) -> Case:
    """The case with other values of its registration."""
    return replace(case, registration=replace(case.registration, **changes))  # type: ignore[arg-type]


def required(case: Case, fits: Callable[[Requirement], bool]) -> list[tuple[int, Submission, Requirement]]:
    """Records received that the item requires and that fit, with the event they came with."""
    day = case.accepted.date()
    wanted = {w.kind.name: w for w in case.item.requirements if w.is_asked(day) and fits(w)}
    return [
        (n, m, wanted[m.kind.name])
        for n, event in enumerate(case.events)
        for m in event.received
        if m.kind and m.kind.name in wanted
    ]


def perishable(wanted: Requirement) -> bool:
    """Whether records of the kind are valid for some time only."""
    kind = wanted.kind
    return not kind.for_one_case and bool(kind.validity_days or kind.own_validity_days)


def with_material(case: Case, place: int, old: Submission, new: Submission | None) -> Case:
    """The case with another record, or none, in the place of one that an event received."""
    received = tuple(new if m is old else m for m in case.events[place].received)
    return with_event(case, place, received=tuple(m for m in received if m is not None))
