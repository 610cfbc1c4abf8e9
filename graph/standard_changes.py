"""What differs between two standards, part by part: what came, what went, and what is said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel

from graph.standard import ItemStandard, Step

StandardPart = Literal["item", "criteria", "registration", "materials", "review", "limit", "e_material", "archive"]
# What names an entry of a list: one with the same name in both is the same one, whatever its place.
_NAMED_BY = {"criteria": "text", "registration": "field", "materials": "type", "review": "activity"}
_OF_ITEM = ("name", "region", "life_stage", "applicant", "source")


class FieldChange(BaseModel):
    """One key of a part that the two say differently; null is what one of them does not say."""

    field: str
    before: Any
    after: Any


class Change(BaseModel):
    """One entry that was added, removed or changed; `name` is null for a part that is no list.

    `fields` are what an added or removed entry says, or what differs.
    """

    part: StandardPart
    kind: Literal["added", "changed", "removed"]
    name: str | None
    fields: list[FieldChange]


def standard_changes(before: ItemStandard, after: ItemStandard) -> list[Change]:
    """The changes from one standard to another, in the order of the parts and of the later standard; what was
    removed comes last in its part.

    A step that does not say what it must follow follows the required step listed before it, so that a moved step is
    a changed one.
    """
    old, new = _said(before), _said(after)
    found = _single("item", _some(old, _OF_ITEM), _some(new, _OF_ITEM))
    for part, name in _NAMED_BY.items():
        found += _listed(part, {e[name]: e for e in old[part]}, {e[name]: e for e in new[part]})  # type: ignore[arg-type]
    for part in ("limit", "e_material", "archive"):
        found += _single(part, old.get(part), new.get(part))  # type: ignore[arg-type]
    return found


def _said(standard: ItemStandard) -> dict[str, Any]:
    """What the standard says, without what it leaves open."""
    said = standard.model_dump(mode="json", by_alias=True, exclude_none=True)
    for place, step in enumerate(said["review"]):
        step.setdefault("must_follow", _listed_before(standard.review[:place]))
    return said


def _listed_before(steps: Iterable[Step]) -> list[str]:
    required = [step.activity for step in steps if step.required]
    return required[-1:]


def _some(said: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: said[name] for name in names if name in said}


def _single(part: StandardPart, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Change]:
    fields = _fields(old or {}, new or {})
    if not fields:
        return []
    return [Change(part=part, kind=_kind(old, new), name=None, fields=fields)]


def _listed(part: StandardPart, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    names = [*new, *(name for name in old if name not in new)]
    changes = ((name, old.get(name), new.get(name)) for name in names)
    named = _NAMED_BY[part]
    return [
        Change(part=part, kind=_kind(was, now), name=name, fields=[one for one in fields if one.field != named])
        for name, was, now in changes
        if (fields := _fields(was or {}, now or {}))
    ]


def _kind(old: object, new: object) -> Literal["added", "changed", "removed"]:
    return "added" if old is None else "removed" if new is None else "changed"


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FieldChange]:
    return [
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in [*new, *(name for name in old if name not in new)]
        if _told(old.get(name)) != _told(new.get(name))
    ]


def _told(value: Any) -> Any:
    """The value; an empty list says nothing."""
    return None if value == [] else value
