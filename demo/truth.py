"""Writes truth/: what the archive is in truth, before any source is written. docs/demo.md has the shapes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from demo import reference, reuse, truth_of_people, truth_of_sources
from demo.faults import FAULT_KINDS
from demo.identity import of_organisation
from demo.layout import Layout, Where, case_file, cases_of, sheets_of, workbook
from demo.model import Fault, Model
from demo.people import FIRST_DAY, LAST_DAY
from demo.reuse import OnFile
from demo.statements import Contradiction, contradictions, statements
from demo.truth_of_sources import case_id

FORMS = {"原件": "original", "复印件": "copy", "电子证照": "e-licence"}


def write_truth(folder: Path, model: Model, places: Layout) -> dict[str, int]:
    """Writes every truth file into `folder`; returns how many faults of each kind are planted."""
    folder.mkdir(parents=True, exist_ok=True)
    found = contradictions(statements(model, places))
    held = reuse.holdings(model)
    shown = truth_of_people.appearances(model)
    faults = _in_order(model.faults)
    planted = dict(Counter(fault.kind for fault in faults))
    _write(folder / "archive.json", _archive(model, planted))
    _write(folder / "kinds.json", _kinds())
    _write(folder / "people.json", truth_of_people.of_people(model, shown))
    _write(folder / "organisations.json", truth_of_people.of_organisations(model, shown))
    _write(folder / "cases.json", truth_of_sources.of_cases(model, places))
    _write(folder / "matters.json", truth_of_sources.of_matters(model))
    _write(folder / "catalogue.json", truth_of_sources.of_catalogue(model, places))
    _write(folder / "contradictions.json", [_contradiction(one) for one in found])
    _write(folder / "reuse.json", _reuse(model, held, reuse.prevailing_names(found)))
    _write(folder / "library.json", _library(model, held))
    _write(folder / "faults.json", _faults(model, faults, places))
    return planted


def _write(path: Path, value: dict[str, Any] | list[Any]) -> None:
    """JSON with an entry a line, so that a file can be read and compared by eye."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
        file.write(opening)
        between = "\n"
        for entry in value.items() if isinstance(value, dict) else value:
            text = json.dumps(entry[1] if isinstance(value, dict) else entry, ensure_ascii=False)
            name = f"{json.dumps(entry[0], ensure_ascii=False)}: " if isinstance(value, dict) else ""
            file.write(f"{between}{name}{text}")
            between = ",\n"
        file.write(f"\n{closing}\n")


def _archive(model: Model, planted: dict[str, int]) -> dict[str, Any]:
    sources = {
        case_file(system): {
            "cases": len(cases),
            "events": sum(len(c.events) for c in cases),
            "rows": sum(len(c.events) for c in cases),
            "materials": sum(len(c.materials) for c in cases),
            "products": sum(len(e.produced) for c in cases for e in c.events),
        }
        for system, cases in cases_of(model)
    }
    books = {
        workbook(name): {sheet: len(held) for sheet, held in sheets_of(model, name)}
        for name in ("personnel", "business")
    }
    return {
        "seed": model.seed,
        "people": len(model.people),
        "organisations": len(model.organisations),
        "first_day": FIRST_DAY.isoformat(),
        "last_day": LAST_DAY.isoformat(),
        "zone": "Asia/Shanghai",
        "event_files": sources,
        "catalogue_rows": books,
        "files": len(model.files),
        "faults": planted,
    }


def _kinds() -> dict[str, Any]:
    titles = reference.kind_of_title()
    return {
        "forms": FORMS,
        "kinds": [
            {
                "kind": kind.name,
                "type": kind.type,
                "names": sorted(title for title, of in titles.items() if of is kind),
                "validity_days": kind.validity_days,
                "source": kind.source,
            }
            for kind in reference.kinds().values()
        ],
        "items": [_item(item) for item in reference.items().values()],
    }


def _item(item: reference.Item) -> dict[str, Any]:
    return {
        "item": item.code,
        "name": item.name,
        "region": item.region,
        "life_stage": item.life_stage,
        "system": item.system,
        "valid_from": item.valid_from.isoformat(),
        "applicant": item.applicant,
        "limit_days": item.limit_days,
        "limit_kind": item.limit_kind,
        "steps": [asdict(step) for step in item.steps],
        "materials": [
            {
                "kind": wanted.kind.name,
                "as_written": wanted.as_written,
                "title": wanted.title,
                "required": wanted.required,
                "form": wanted.form,
                "condition": wanted.condition,
                "until": wanted.until.isoformat() if wanted.until else None,
                "source": wanted.source,
            }
            for wanted in item.requirements
        ],
    }


def _contradiction(found: Contradiction) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "field": found.field,
        "prevails": found.prevails,
        "values": {value: [asdict(where) for where in places] for value, places in found.values.items()},
    }


def _reuse(model: Model, held: reuse.Holdings, names: dict[str, str]) -> dict[str, Any]:
    own = [f"person:{p.number}" for p in model.people]
    own += [of_organisation(o) for o in model.organisations]
    subjects = dict.fromkeys([*own, *sorted(held)])
    return {
        subject: {
            item.code: _answer(reuse.answer(item, held.get(subject, {}), names.get(subject), LAST_DAY))
            for item in reference.items().values()
            if subject.startswith(f"{item.applicant}:")
        }
        for subject in subjects
    }


def _answer(found: reuse.Answer) -> dict[str, Any]:
    reasons: dict[str, list[str]] = {}
    for kind, reason in found.to_submit.items():
        reasons.setdefault(reason, []).append(kind)
    return {
        "share": [len(found.on_file), len(found.on_file) + len(found.to_submit)],
        "on_file": {kind: _on_file(one) for kind, one in found.on_file.items()},
        "to_submit": reasons,
    }


def _on_file(one: OnFile) -> list[str | None]:
    return [one.id, one.case_id, one.material.dated.isoformat()]


def _library(model: Model, held: reuse.Holdings) -> dict[str, Any]:
    unknown = Counter(m.title for case in model.cases for m in case.materials if m.kind is None)
    return {
        "kinds": {kind: asdict(use) for kind, use in reuse.library(held).items()},
        "unclassified": dict(sorted(unknown.items())),
    }


def _faults(model: Model, faults: list[Fault], places: Layout) -> list[dict[str, Any]]:
    ids = {case.id: case_id(case) for case in model.cases}
    return [_fault(fault, ids, places) for fault in faults]


def _in_order(faults: list[Fault]) -> list[Fault]:
    order = {kind: n for n, kind in enumerate(FAULT_KINDS)}
    return sorted(faults, key=lambda f: (order[f.kind], f.record, f.file))


def _fault(fault: Fault, ids: dict[str, str], places: Layout) -> dict[str, Any]:
    """Kind, record, file, sheet, row, and why; `event` is its place in the case, from 0."""
    where, record = None, fault.record or None
    if fault.record in ids:
        first = places.cases[fault.record]
        where = Where(first.file, first.row + (fault.event or 0))
        record = ids[fault.record]
    elif "#" in fault.record:
        where = places.records[int(fault.record.split("#")[1])]
    return {
        "kind": fault.kind,
        "about": FAULT_KINDS[fault.kind],
        "record": record,
        "event": fault.event,
        "file": where.file if where else fault.file,
        "sheet": where.sheet or None if where else None,
        "row": where.row if where else None,
        "efile": fault.file or None,
        "why": fault.why,
    }
