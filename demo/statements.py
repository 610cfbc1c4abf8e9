"""What the sources say of whom: the subject of each case and record, and every name, birth date and gender stated."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time

from demo import identity
from demo.cases import Case
from demo.layout import Layout, Where
from demo.model import Model
from demo.records import Record

UNCHANGING = ("name", "birth_date", "gender")
"""Fields of which two different values can't both be right; phone, address and education may change."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One value that a source gives for a field of a subject; `at` is None where nothing dates it."""

    subject: str
    field: str
    value: str
    at: datetime | None
    where: Where


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A field of a subject with two values or more, each with the places that state it; `prevails` is the value
    that was stated last."""

    subject: str
    field: str
    values: dict[str, list[Where]]
    prevails: str


def subject_of_case(case: Case) -> str:
    """Who applied, by what the row says."""
    said = case.registration
    kind = "person" if case.of_person else "organisation"
    born = said.birth_date.isoformat() if said.birth_date else ""
    return identity.subject(kind, case.system, number=said.number, key=said.key, name=said.name, birth_date=born)


def subject_of_record(record: Record) -> str:
    """Whom a row of the catalogue is about, by what it says."""
    kind = "person" if record.holder.id.startswith("P") else "organisation"
    born = record.birth_date
    iso = f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else ""
    return identity.subject(
        kind, record.catalogue, number=record.number, key=record.key, name=record.name, birth_date=iso
    )


def statements(model: Model, places: Layout) -> Iterator[Statement]:
    """All statements of unchanging fields, in the order of the sources."""
    for case in model.cases:
        where = places.cases[case.id]
        subject = subject_of_case(case)
        said, at = case.registration, noted(case.system, case.accepted)
        yield Statement(subject, "name", said.name, at, where)
        if said.birth_date:
            yield Statement(subject, "birth_date", said.birth_date.isoformat(), at, where)
        if said.gender:
            yield Statement(subject, "gender", said.gender, at, where)
        if case.employer:
            yield Statement(identity.of_organisation(case.employer), "name", case.employer.name, at, where)
    for record, where in zip(model.records, places.records, strict=True):
        subject, dated = subject_of_record(record), first_instant(record.date)
        yield Statement(subject, "name", record.name, dated, where)
        if record.birth_date:
            born = record.birth_date
            yield Statement(subject, "birth_date", f"{born[:4]}-{born[4:6]}-{born[6:]}", dated, where)


def noted(system: str, at: datetime) -> datetime:
    """An instant as its system notes it: the third one knows days only."""
    return datetime.combine(at.date(), time()) if system == "rencai" else at


def first_instant(written: str) -> datetime | None:
    """The beginning of the first day that a date of the catalogue can mean; None for no day of any calendar."""
    digits = unicodedata.normalize("NFKC", written)
    month, day = int(digits[4:6]) or 1, int(digits[6:]) or 1
    try:
        return datetime(int(digits[:4]), month, day)
    except ValueError:
        return None


def contradictions(stated: Iterable[Statement]) -> list[Contradiction]:
    """The fields with more than one value, ordered by subject and field."""
    found: dict[tuple[str, str], list[Statement]] = {}
    for one in stated:
        found.setdefault((one.subject, one.field), []).append(one)
    return [
        _contradiction(subject, field, said)
        for (subject, field), said in sorted(found.items())
        if len({one.value for one in said}) > 1
    ]


def _contradiction(subject: str, field: str, said: list[Statement]) -> Contradiction:
    values: dict[str, list[Where]] = {}
    for one in said:
        values.setdefault(one.value, []).append(one.where)
    last = max(said, key=lambda one: one.at or datetime.min)
    return Contradiction(subject, field, values, last.value)
