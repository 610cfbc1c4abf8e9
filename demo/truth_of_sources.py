"""The truth about the sources: every case and every row of the catalogue as JSON entries."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from demo.cases import Case, Event, Submission
from demo.identity import of_organisation
from demo.layout import Layout, Where
from demo.model import Model
from demo.statements import subject_of_case, subject_of_record

ZONE = "+08:00"


def case_id(case: Case) -> str:
    """The id of a case, system first."""
    return f"{case.system}:{case.id}"


def instant(system: str, at: datetime) -> str:
    """An instant as far as its system notes it: to the second, or the day."""
    return f"{at:%Y-%m-%d}" if system == "rencai" else f"{at:%Y-%m-%dT%H:%M:%S}{ZONE}"


def material_id(system: str, material: Submission) -> str:
    """The id of a record, system first."""
    return f"{system}:{material.key}"


def of_cases(model: Model, places: Layout) -> dict[str, Any]:
    """Every case by its id, with events in the order of the file and materials in the order of receipt."""
    return {case_id(case): _case(case, places.cases[case.id]) for case in model.cases}


def of_matters(model: Model) -> dict[str, Any]:
    """Every joint matter by its number: its cases in order of time, and the regions and units that dealt with it."""
    held: dict[str, list[Case]] = {}
    for case in sorted(model.cases, key=lambda c: (c.accepted, c.id)):
        if case.matter:
            held.setdefault(case.matter, []).append(case)
    return {
        number: {
            "applicant": cases[0].applicant.id,
            "cases": [case_id(case) for case in cases],
            "regions": sorted({case.region for case in cases}),
            "units": sorted({event.unit for case in cases for event in case.events}),
        }
        for number, cases in sorted(held.items())
    }


def _case(case: Case, where: Where) -> dict[str, Any]:
    return {
        "item": case.item.code,
        "applicant": case.applicant.id,
        "subject": subject_of_case(case),
        "employer": of_organisation(case.employer) if case.employer else None,
        "accepted": instant(case.system, case.accepted),
        "status": "closed" if case.outcome else "open",
        "outcome": case.outcome,
        "region": case.region,
        "channel": case.channel,
        "decided_fen": case.decided,
        "paid_fen": case.paid,
        "file": where.file,
        "row": where.row,
        "events": [_event(case.system, event) for event in case.events],
        "materials": [_material(case.system, material) for material in case.materials],
    }


def _event(system: str, event: Event) -> dict[str, Any]:
    return {
        "activity": event.activity,
        "stage": event.stage,
        "at": instant(system, event.at) if event.dated else None,
        "actor": event.staff.actor if event.staff else None,
        "unit": event.unit,
        "outcome": event.outcome,
        "received": [material_id(system, material) for material in event.received],
        "produced": [f"{system}:{made.key}" for made in event.produced],
    }


def _material(system: str, material: Submission) -> dict[str, Any]:
    return {
        "material": material_id(system, material),
        "kind": material.kind.name if material.kind else None,
        "title": material.title,
        "date": material.dated.isoformat(),
        "form": material.form,
        "medium": material.medium,
        "valid_until": material.valid_until.isoformat() if material.valid_until else None,
    }


def of_catalogue(model: Model, places: Layout) -> dict[str, Any]:
    """Every row of the catalogue by `catalogue#place in the model`."""
    cases = {case.id: case_id(case) for case in model.cases}
    return {
        f"{record.catalogue}#{n}": {
            "archive_no": record.archive_no,
            "title": record.title,
            "date": record.date,
            "class": record.class_no,
            "retention": record.retention,
            "pages": record.pages,
            "form": record.form,
            "holder": record.holder.id,
            "subject": subject_of_record(record),
            "case": cases.get(record.case_id),
            **asdict(record.place),
            "efile": f"files/{record.file.path}" if record.file else None,
            **asdict(where),
        }
        for n, (record, where) in enumerate(zip(model.records, places.records, strict=True))
    }
