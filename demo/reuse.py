"""What need not be submitted again at the last day, and how often it was: by the rules of docs/demo.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from demo.cases import Submission
from demo.model import Model
from demo.records import Record
from demo.reference import Form, Item, Requirement, kind_of_title
from demo.statements import Contradiction, first_instant, noted, subject_of_case, subject_of_record

Reason = Literal["none", "expired", "wrong form", "contradicted"]


@dataclass(frozen=True, slots=True)
class OnFile:
    """A record on file since an instant, from a case or (`case_id` None) from the catalogue.

    `material` is what it says of itself; `name` is the holder's name on it, '' where it states none.
    """

    id: str
    material: Submission
    since: datetime
    case_id: str | None
    name: str


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
"""Subject -> kind -> its records on file, in the order in which they came."""


def holdings(model: Model) -> Holdings:
    """Every record of a kind that was submitted or is catalogued, under the one whom it is about."""
    found = [*_submitted(model), *_catalogued(model)]
    held: Holdings = {}
    for subject, one in sorted(found, key=lambda pair: (pair[1].since, pair[1].id)):
        kind = one.material.kind
        assert kind is not None, f"{one.id} is of no kind"
        held.setdefault(subject, {}).setdefault(kind.name, []).append(one)
    return held


def _submitted(model: Model) -> list[tuple[str, OnFile]]:
    return [
        (
            subject_of_case(case),
            OnFile(
                f"{case.system}:{material.key}",
                material,
                noted(case.system, event.at),
                f"{case.system}:{case.id}",
                "",
            ),
        )
        for case in model.cases
        for event in case.events
        for material in event.received
        if material.kind
    ]


def _catalogued(model: Model) -> list[tuple[str, OnFile]]:
    kinds = kind_of_title()
    return [(subject_of_record(r), _catalogue_record(r)) for r in model.records if r.title in kinds]


def _catalogue_record(record: Record) -> OnFile:
    since = first_instant(record.date)
    assert since is not None, f"{record.archive_no} has no date"
    form: Form = record.form or "original"
    kind = kind_of_title()[record.title]
    material = Submission(record.archive_no, kind, record.title, since.date(), form, "纸质", None)
    return OnFile(f"{record.catalogue}:{record.archive_no}", material, since, None, record.name)


def prevailing_names(found: list[Contradiction]) -> dict[str, str]:
    """Subject -> the name that prevails, for those of whom the sources state several."""
    return {one.subject: one.prevails for one in found if one.field == "name"}


def answer(item: Item, held: dict[str, list[OnFile]], name: str | None, day: date) -> Answer:
    """Each kind that the item always requires on the day, once. `name` prevails among several, None for one."""
    on_file: dict[str, OnFile] = {}
    to_submit: dict[str, Reason] = {}
    for wanted in item.requirements:
        if not wanted.is_asked(day):
            continue
        found = _best(wanted, held.get(wanted.kind.name, []), name, day)
        if isinstance(found, OnFile):
            on_file[wanted.kind.name] = found
        else:
            to_submit[wanted.kind.name] = found
    return Answer(on_file, to_submit)


def _best(wanted: Requirement, held: list[OnFile], name: str | None, day: date) -> OnFile | Reason:
    """The newest record that is valid, of the right form and not contradicted, or what was the last thing missing."""
    if not held:
        return "none"
    valid = [one for one in held if one.material.is_valid(day)]
    if not valid:
        return "expired"
    fitting = [one for one in valid if wanted.form == "copy" or one.material.form != "copy"]
    if not fitting:
        return "wrong form"
    sound = [one for one in fitting if name is None or one.name in ("", name)]
    if not sound:
        return "contradicted"
    return max(sound, key=lambda one: one.since)


def library(held: Holdings) -> dict[str, KindUse]:
    """The use of every kind that was ever submitted, by name."""
    uses: dict[str, KindUse] = {}
    for subject, kinds in held.items():
        person = subject.startswith("person:")
        for kind, records in kinds.items():
            submitted = sum(one.case_id is not None for one in records)
            use = uses.get(kind, KindUse(0, 0, 0, 0))
            uses[kind] = KindUse(
                use.submitted + submitted,
                use.people + (person and submitted > 0),
                use.organisations + (not person and submitted > 0),
                use.again + _again(records),
            )
    return dict(sorted((kind, use) for kind, use in uses.items() if use.submitted))


def _again(records: list[OnFile]) -> int:
    """How many were submitted on a day on which a record that had come before was still valid."""
    return sum(
        new.case_id is not None
        and any(old.since < new.since and old.material.is_valid(new.since.date()) for old in records)
        for new in records
    )
