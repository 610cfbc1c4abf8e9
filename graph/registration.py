"""The registration part of service items: which fields the archive can fill in, and which are to be given again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from graph.days import last_day, read_day
from graph.dossier_fields import FieldOfSubject, Statement
from graph.in_force import Record
from graph.prevailing import SINGLE_VALUED, comparable


class FieldAnswer(BaseModel):
    """One field, once: on file with the value that prevails, or to be given for `reason`."""

    field: str
    required: bool
    asked_by: list[str]
    on_file: bool
    reason: Literal["none", "expired", "wrong form", "contradicted"] | None
    value: str | None
    statement: Statement | None


def field_answers(versions: Mapping[str, Record], fields: Sequence[FieldOfSubject], day: int) -> list[FieldAnswer]:
    """The fields that the standards of items (item -> version) register, in the order in which they first do."""
    known = {field.field: field for field in fields}
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for item_id, version in versions.items():
        for one in json.loads(version["standard"] or "{}").get("registration", ()):
            asked.setdefault(one["field"], []).append((item_id, one))
    return [_answer(name, of, known.get(name), day) for name, of in asked.items()]


def _answer(
    name: str, asked: Sequence[tuple[str, dict[str, Any]]], field: FieldOfSubject | None, day: int
) -> FieldAnswer:
    reason = _reason(field, [one for _, one in asked], day)
    return FieldAnswer(
        field=name,
        required=any(one["required"] for _, one in asked),
        asked_by=[item_id for item_id, _ in asked],
        on_file=reason is None,
        reason=reason,
        value=field.value if field else None,
        statement=field.statements[0] if field else None,
    )


def _reason(
    field: FieldOfSubject | None, asked: Sequence[dict[str, Any]], day: int
) -> Literal["none", "expired", "wrong form", "contradicted"] | None:
    if field is None or field.value is None:
        return "none"
    until = last_day(field.statements[0].valid_to)
    if until is not None and until < day:
        return "expired"
    if not all(fits(field.field, field.value, one) for one in asked):
        return "wrong form"
    return "contradicted" if field.contradicted and not field.settled else None


def fits(name: str, value: str, asked: Mapping[str, Any]) -> bool:
    """Whether a value of a field has the type, the code and the pattern that a standard asks for."""
    if asked["type"] == "date":
        return read_day(value) is not None
    plain = comparable(name, value) if name in SINGLE_VALUED else value.strip()
    if asked["type"] == "integer" and not re.fullmatch(r"-?[0-9]+", plain or ""):
        return False
    if asked.get("codes") and value.strip() not in asked["codes"]:
        return False
    return not asked.get("pattern") or re.search(asked["pattern"], plain or "") is not None
