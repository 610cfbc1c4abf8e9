"""The personal e-dossier (个人电子档案袋): everything about one person or organisation on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from graph import clock
from graph.dossier_axis import Entry, StageCount, YearCount, axis_of, by_stage, by_year
from graph.dossier_cases import CaseOfSubject, cases_of
from graph.dossier_fields import FieldOfSubject, fields_of
from graph.dossier_materials import MaterialOfSubject, materials_of
from graph.dossier_records import Holdings, holdings
from graph.in_force import SourceRow, erased_by, files_of, known_load, source_of
from graph.items import known_items
from graph.store import Store
from graph.subjects import Subject, find_subject
from graph.viewer import Viewer


class VolumeOfSubject(BaseModel):
    """A volume that is about the subject."""

    id: str
    code: str | None
    year: int | None
    retention: str | None
    source: SourceRow


class PaymentOfSubject(BaseModel):
    """An amount (fen) decided or paid to the subject or in one of its cases."""

    id: str
    amount: int | None
    kind: str | None
    period: str | None
    case_id: str | None
    source: SourceRow


class ErasedRecord(BaseModel):
    """A record of the dossier whose content was erased by order: that it was there stays known."""

    label: str
    id: str
    decision: str


class Dossier(BaseModel):
    """A dossier as load `as_of_load` knew it.

    `ids` are all persons that are one by decision, `values` what prevails in the fields that have one value.
    `entries` are on the axis of time, the earliest first; `undated` are those that have no place on it. `erased`
    lists what was erased by order, the subject itself included.
    """

    id: str
    label: str
    ids: list[str]
    as_of_load: int
    values: dict[str, str | None]
    fields: list[FieldOfSubject]
    contradictions: list[str]
    cases: list[CaseOfSubject]
    materials: list[MaterialOfSubject]
    volumes: list[VolumeOfSubject]
    payments: list[PaymentOfSubject]
    entries: list[Entry]
    undated: list[Entry]
    years: list[YearCount]
    life_stages: list[StageCount]
    sources: list[SourceRow]
    erased: list[ErasedRecord]


def dossier(store: Store, viewer: Viewer, person: str, as_known_at: int | None = None) -> Dossier:
    """The dossier of a person: an id, a valid identity number, or a prevailing name that one person has.

    `as_known_at` epoch milliseconds (UTC). Raises NotFound where the person was not known then, Ambiguous where
    several persons are named.
    """
    return _dossier(store, viewer, person, as_known_at, "Person")


def organisation_dossier(store: Store, viewer: Viewer, organisation: str, as_known_at: int | None = None) -> Dossier:
    """The dossier of an organisation: an id, a valid credit code, or a prevailing name that only one has.

    Raises as `dossier` does.
    """
    return _dossier(store, viewer, organisation, as_known_at, "Organisation")


def _dossier(store: Store, viewer: Viewer, text: str, as_known_at: int | None, label: str) -> Dossier:
    viewer.require_whole_archive()
    load = known_load(store, as_known_at)
    subject = find_subject(store, text, load, (label,))
    held = holdings(store, subject, load)
    known = known_items(store, load)
    files = files_of(store, load)
    fields = fields_of(held, files)
    cases, materials = cases_of(held, known, files), materials_of(held, known, files)
    volumes, payments = _volumes(held, files), _payments(held, files)
    entries, undated = axis_of(held, files, cases, materials)
    return Dossier(
        id=subject.id,
        label=label,
        ids=list(subject.ids),
        as_of_load=load,
        values={field.field: field.value for field in fields if field.single},
        fields=fields,
        contradictions=[field.field for field in fields if field.contradicted],
        cases=cases,
        materials=materials,
        volumes=volumes,
        payments=payments,
        entries=entries,
        undated=undated,
        years=by_year(entries),
        life_stages=by_stage(cases),
        sources=_sources(held, subject, files),
        erased=_erased(held),
    )


def _volumes(held: Holdings, files: Mapping[int, clock.Load]) -> list[VolumeOfSubject]:
    ids = sorted({row[2] for row in held.about if row[1] == "Volume"} & set(held.of("Volume")))
    return [
        VolumeOfSubject(
            source=source_of(record, files), **{n: record[n] for n in ("id", "code", "year", "retention")}
        )
        for record in (held.of("Volume")[id_] for id_ in ids)
    ]


def _payments(held: Holdings, files: Mapping[int, clock.Load]) -> list[PaymentOfSubject]:
    cases = {row[2]: row[4] for row in held.about if row[0] == "PAYS" and row[3] == "Case"}
    return [
        PaymentOfSubject(
            case_id=cases.get(id_),
            source=source_of(record, files),
            **{n: record[n] for n in ("id", "amount", "kind", "period")},
        )
        for id_, record in sorted(held.of("Payment").items())
    ]


def _erased(held: Holdings) -> list[ErasedRecord]:
    """By label and id."""
    found = [(label, record) for label, records in held.records.items() for record in records.values()]
    erased = [(label, record["id"], erased_by(record)) for label, record in found]
    known = sorted((label, id_, decision) for label, id_, decision in erased if decision is not None)
    return [ErasedRecord(label=label, id=id_, decision=decision) for label, id_, decision in known]


def _sources(held: Holdings, subject: Subject, files: Mapping[int, clock.Load]) -> list[SourceRow]:
    """The rows that first named the subject."""
    return [source_of(held.of(subject.label)[id_], files) for id_ in subject.ids if id_ in held.of(subject.label)]
