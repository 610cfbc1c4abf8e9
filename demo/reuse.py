"""What need not be submitted again at the last day, and how often it was: by the rules of docs/demo.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from demo.cases import Case, Submission
from demo.reference import Item, Requirement
from demo.statements import Contradiction, subject_of_case

Reason = Literal["none", "expired", "wrong form", "contradicted"]


@dataclass(frozen=True, slots=True)
class OnFile:
    """A record on file: whose, in which case, since when."""

    material: Submission
    case_id: str
    system: str
    accepted: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """For one subject and item: what is on file by kind, and why the other kinds must be submitted."""

    on_file: dict[str, OnFile]
    to_submit: dict[str, Reason]


@dataclass(frozen=True, slots=True)
class KindUse:
    """How often a kind was submitted, by how many, and how often while a valid one was on file."""

    submitted: int
    people: int
    organisations: int
    again: int


Holdings = dict[str, dict[str, list[OnFile]]]
"""Subject -> kind -> its records on file, in the order of acceptance."""


def holdings(cases: Iterable[Case]) -> Holdings:
    """Every classified record that was submitted, under the one who applied."""
    held: Holdings = {}
    for case in sorted(cases, key=lambda c: (c.accepted, c.id)):
        subject = subject_of_case(case)
        for material in case.materials:
            if material.kind:
                kinds = held.setdefault(subject, {})
                kinds.setdefault(material.kind.name, []).append(OnFile(material, case.id, case.system, case.accepted))
    return held


def disputed(found: Iterable[Contradiction]) -> dict[str, set[str]]:
    """Subject -> fields of which the sources give several values."""
    fields: dict[str, set[str]] = {}
    for one in found:
        fields.setdefault(one.subject, set()).add(one.field)
    return fields


def answer(item: Item, held: dict[str, list[OnFile]], fields: set[str], day: date) -> Answer:
    """Each required kind of the item once."""
    on_file: dict[str, OnFile] = {}
    to_submit: dict[str, Reason] = {}
    for wanted in item.requirements:
        if not wanted.required:
            continue
        found = _best(wanted, held.get(wanted.kind.name, []), fields, day)
        if isinstance(found, OnFile):
            on_file[wanted.kind.name] = found
        else:
            to_submit[wanted.kind.name] = found
    return Answer(on_file, to_submit)


def _best(wanted: Requirement, held: list[OnFile], fields: set[str], day: date) -> OnFile | Reason:
    """The newest record that is valid, of the right form and undisputed, or what was the last thing missing."""
    if not held:
        return "none"
    valid = [one for one in held if one.material.is_valid(day)]
    if not valid:
        return "expired"
    fitting = [one for one in valid if wanted.form == "copy" or one.material.form != "copy"]
    if not fitting:
        return "wrong form"
    if fields & set(wanted.kind.proves):
        return "contradicted"
    return max(fitting, key=lambda one: (one.material.dated, one.accepted, one.material.key))


def library(held: Holdings) -> dict[str, KindUse]:
    """The use of every kind that was ever submitted, by name."""
    uses: dict[str, KindUse] = {}
    for subject, kinds in held.items():
        person = subject.startswith("person:")
        for kind, records in kinds.items():
            use = uses.get(kind, KindUse(0, 0, 0, 0))
            uses[kind] = KindUse(
                use.submitted + len(records),
                use.people + person,
                use.organisations + (not person),
                use.again + _again(records),
            )
    return dict(sorted(uses.items()))


def _again(records: list[OnFile]) -> int:
    """How many came on a day on which a record of an earlier case was still valid."""
    return sum(
        any(old.accepted < new.accepted and old.material.is_valid(new.accepted.date()) for old in records)
        for new in records
    )
