"""Which records of a subject are on file, of which type, valid until when, and which of them will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel

from graph.days import day_text, read_day, start_of
from graph.dossier_fields import FieldOfSubject
from graph.dossier_materials import MaterialOfSubject, Place
from graph.dossier_records import Holdings
from graph.in_force import SourceRow
from graph.items import KnownItems
from graph.validity import UNKNOWN, UNLIMITED, valid_through

_BEFORE_ALL = -(2**62)


class OnFile(BaseModel):
    """A record that is on file since a day (null: nothing dates it) and valid through a day.

    `valid_through` is null where it is unlimited, or, with `valid` false, where nothing dates it. `contradicts`
    are the fields in which it states another value than the one that prevails.
    """

    id: str
    title: str | None
    date: str | None
    form: str | None
    since: str | None
    case_id: str | None
    places: list[Place]
    valid_through: str | None
    valid: bool
    contradicts: list[str]
    since_ms: int | None
    source: SourceRow


class Unclassified(BaseModel):
    """A record on file whose title is no type's name or synonym."""

    id: str
    title: str | None
    date: str | None
    case_id: str | None
    source: SourceRow


def candidates_of(
    held: Holdings,
    materials: Sequence[MaterialOfSubject],
    known: KnownItems,
    fields: Sequence[FieldOfSubject],
    day: int,
) -> tuple[dict[str, list[OnFile]], list[Unclassified]]:
    """The records that were on file on a day, by type, the newest first; and those without a type."""
    cases = held.filing_cases
    own = [m for m in materials if m.about or any(s.case_id in cases for s in m.submissions)]
    wrong = _contradictions(fields)
    candidates: dict[str, list[OnFile]] = {}
    unclassified = []
    for material, through in zip(own, _through(own, known), strict=True):
        first = material.submissions[0] if material.submissions else None
        dated = read_day(material.date)
        since = first.day if first else dated.number if dated else None
        if since is not None and since > day:
            continue
        case_id = first.case_id if first else None
        if material.type_id is None:
            unclassified.append(Unclassified(case_id=case_id, **_shared(material, ("id", "title", "date", "source"))))
            continue
        one = OnFile(
            since=first.at if first else material.date,
            since_ms=first.at_ms if first else start_of(dated.number) if dated else None,
            case_id=case_id,
            valid_through=None if through in (UNKNOWN, UNLIMITED) else day_text(through),
            valid=through != UNKNOWN and through >= day,
            contradicts=sorted({wrong[fact] for fact in material.facts if fact in wrong}),
            **_shared(material, ("id", "title", "date", "form", "places", "source")),
        )
        candidates.setdefault(material.type_id, []).append(one)
    for of in candidates.values():
        of.sort(key=lambda m: (-(_BEFORE_ALL if m.since_ms is None else m.since_ms), m.id))
    return candidates, unclassified


def _shared(material: MaterialOfSubject, names: Sequence[str]) -> Mapping[str, object]:
    return {name: getattr(material, name) for name in names}


def _through(materials: Sequence[MaterialOfSubject], known: KnownItems) -> list[int]:
    types = (known.types.get(m.type_id or "", {}) for m in materials)
    through = valid_through(
        pa.array([m.valid_until for m in materials], pa.string()),
        pa.array([kind.get("validity_days") for kind in types], pa.int64()),
        pa.array([m.date for m in materials], pa.string()),
        pa.array([m.submissions[0].day if m.submissions else None for m in materials], pa.int64()),
    )
    return [int(day) for day in through]


def _contradictions(fields: Sequence[FieldOfSubject]) -> dict[str, str]:
    """The facts that state another value than the prevailing one, in fields that have one value only."""
    return {
        statement.fact_id: field.field
        for field in fields
        if field.contradicted
        for statement in field.statements
        if not field.prevails(statement.value)
    }


def best_of(
    candidates: Sequence[OnFile], form: str | None
) -> tuple[OnFile | None, Literal["none", "expired", "wrong form", "contradicted"] | None]:
    """The newest record that will do, and why none does: then the newest of those that come nearest."""
    if not candidates:
        return None, "none"
    valid = [m for m in candidates if m.valid]
    if not valid:
        return candidates[0], "expired"
    in_form = [m for m in valid if meets(m.form, form)]
    if not in_form:
        return valid[0], "wrong form"
    sound = [m for m in in_form if not m.contradicts]
    return (sound[0], None) if sound else (in_form[0], "contradicted")


def meets(form: str | None, asked: str | None) -> bool:
    """Whether a record of a form will do: an original or e-licence for an original, any for a copy or no form."""
    return asked != "original" or form in ("original", "e-licence")
