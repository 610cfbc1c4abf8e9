"""The truth about people and organisations: who is who, under which names and numbers, with what in order of time."""

from __future__ import annotations

from typing import Any

from demo.cases import Case
from demo.identity import of_organisation
from demo.model import Model, system_key
from demo.organisations import SYSTEMS, Organisation
from demo.people import Person
from demo.statements import subject_of_case, subject_of_record
from demo.truth_of_sources import case_id, material_id


class _Appearance:
    """What the sources show of one person or organisation, gathered in order of time."""

    def __init__(self, who: Person | Organisation) -> None:
        self._who = who
        self._subjects: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._numbers: dict[str, None] = {}
        self._cases: list[str] = []
        self._materials: list[str] = []
        self._records: list[str] = []

    def case(self, case: Case) -> None:
        self._say(subject_of_case(case), case.registration.name, case.registration.number)
        self._cases.append(case_id(case))
        self._materials += [material_id(case.system, m) for m in case.materials]

    def record(self, subject: str, name: str, number: str, place: str) -> None:
        self._say(subject, name, number)
        self._records.append(place)

    def _say(self, subject: str, name: str, number: str) -> None:
        self._subjects[subject] = None
        self._names[name] = None
        if number:
            self._numbers[number] = None

    def as_json(self, own: str) -> dict[str, Any]:
        keys = {system: system_key(system, self._who) for system in SYSTEMS}
        return {
            "subject": own,
            "subjects": list(self._subjects),
            "names": list(self._names),
            "numbers": list(self._numbers),
            "keys": {system: key for system, key in keys.items() if key},
            "cases": self._cases,
            "materials": self._materials,
            "catalogue": self._records,
        }


Shown = dict[str, _Appearance]
"""What the sources show, by id of person or organisation in the model."""


def appearances(model: Model) -> Shown:
    """Goes through the sources once, in order of time."""
    shown: dict[str, _Appearance] = {}
    for case in sorted(model.cases, key=lambda c: (c.accepted, c.id)):
        shown.setdefault(case.applicant.id, _Appearance(case.applicant)).case(case)
    for n, record in enumerate(model.records):
        of = shown.setdefault(record.holder.id, _Appearance(record.holder))
        of.record(subject_of_record(record), record.name, record.number, f"{record.catalogue}#{n}")
    return shown


def of_people(model: Model, shown: Shown) -> dict[str, Any]:
    """Every person by their id in the model: who they are, what they are called in the sources, their dossier."""
    return {
        person.id: {
            "name": person.name,
            "gender": person.gender,
            "birth_date": person.birth_date.isoformat(),
            "death_date": person.death.isoformat() if person.death else None,
            "number": person.number,
            "life": [[s.stage, s.start.isoformat(), s.end.isoformat()] for s in person.spells],
            **shown.get(person.id, _Appearance(person)).as_json(f"person:{person.number}"),
        }
        for person in model.people
    }


def of_organisations(model: Model, shown: Shown) -> dict[str, Any]:
    """Every organisation by its id in the model, also with the cases in which it is the employer."""
    return {
        one.id: {
            "name": one.name,
            "credit_code": one.credit_code,
            "region": one.region,
            **shown.get(one.id, _Appearance(one)).as_json(of_organisation(one)),
            "employer_in": [case_id(c) for c in model.cases if c.employer is one],
        }
        for one in model.organisations
    }
