"""What the sources say of whom: the subject of each case and record, and every name, birth date and gender stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from demo import identity
from demo.cases import Case
from demo.layout import Layout, Where
from demo.model import Model
from demo.records import Record

UNCHANGING = ("name", "birth_date", "gender")
"""Fields of which two different values can't both be right; phone, address and education may change."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One value that a source gives for a field of a subject."""

    subject: str
    field: str
    value: str
    where: Where


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A field of a subject with two values or more, each with the places that state it."""

    subject: str
    field: str
    values: dict[str, list[Where]]


def subject_of_case(case: Case) -> str:
    """Who applied, by what the row says."""
    said = case.registration
    kind = "person" if case.of_person else "organisation"
    born = said.birth_date.isoformat() if said.birth_date and case.system != "rencai" else ""
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
        said = case.registration
        yield Statement(subject, "name", said.name, where)
        if said.birth_date and case.system != "rencai":
            yield Statement(subject, "birth_date", said.birth_date.isoformat(), where)
        if said.gender:
            yield Statement(subject, "gender", said.gender, where)
        if case.employer:
            yield Statement(identity.of_organisation(case.employer), "name", case.employer.name, where)
    for record, where in zip(model.records, places.records, strict=True):
        subject = subject_of_record(record)
        yield Statement(subject, "name", record.name, where)
        if record.birth_date:
            born = record.birth_date
            yield Statement(subject, "birth_date", f"{born[:4]}-{born[4:6]}-{born[6:]}", where)


def contradictions(stated: Iterator[Statement]) -> list[Contradiction]:
    """The fields with more than one value, ordered by subject and field."""
    values: dict[tuple[str, str], dict[str, list[Where]]] = {}
    for one in stated:
        values.setdefault((one.subject, one.field), {}).setdefault(one.value, []).append(one.where)
    return [
        Contradiction(subject, field, found) for (subject, field), found in sorted(values.items()) if len(found) > 1
    ]
