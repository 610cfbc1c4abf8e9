"""What the object types of an OCEL log are: the part `objects` of a mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, model_validator

OBJECT_ID, OBJECT_TYPE = "ocel:id", "ocel:type"
LABELS = {
    "cases": "Case",
    "persons": "Person",
    "organisations": "Organisation",
    "actors": "Actor",
    "units": "Unit",
    "materials": "Material",
}
# What may be given for a record of a label: the name in the mapping -> the property. A person or
# organisation has statements instead, of any field.
PROPERTIES: dict[str, dict[str, str]] = {
    "Case": {"item": "item_id", "region": "region", "channel": "channel"},
    "Actor": {"name": "name", "kind": "kind"},
    "Unit": {"name": "name", "kind": "kind", "region": "region"},
    "Material": {
        name: name
        for name in (
            "title",
            "date",
            "medium",
            "form",
            "class",
            "retention",
            "archive_no",
            "doc_no",
            "responsible",
            "secrecy",
            "valid_until",
        )
    },
}
Types = tuple[str, ...] | dict[str, dict[str, str]]


@dataclass(frozen=True)
class ObjectRole:
    """The label of an object type, and which attribute gives which of its fields."""

    label: str
    fields: dict[str, str]


class ObjectTypes(BaseModel):
    """Which object types are cases, persons, organisations, actors, units, materials; the rest are Objects.

    Each is a list of types, or the types with the attributes that give their fields: `{field: attribute}`,
    where `ocel:id` and `ocel:type` are attributes too. `received`, `used`, `produced` are qualifiers by which
    an event received, used or produced a material or object; with any other it touched it. `applied` are
    qualifiers of object relations by which a person or organisation applied for a case.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cases: Types = ()
    persons: Types = ()
    organisations: Types = ()
    actors: Types = ()
    units: Types = ()
    materials: Types = ()
    received: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    produced: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _unambiguous(self) -> ObjectTypes:
        self._once([t for name in LABELS for t in getattr(self, name)], "the object type")
        self._once([*self.received, *self.used, *self.produced], "the qualifier")
        for type_, role in self.roles().items():
            known = PROPERTIES.get(role.label)
            for field in role.fields:
                if known is not None and field not in known:
                    raise ValueError(f"{type_!r}: a {role.label} has no {field!r}, but {', '.join(known)}")
        return self

    def _once(self, names: Sequence[str], what: str) -> None:
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise ValueError(f"{what} {twice!r} stands twice")

    def roles(self) -> dict[str, ObjectRole]:
        """What each named type is."""
        roles = {}
        for name, label in LABELS.items():
            types = getattr(self, name)
            for type_ in types:
                roles[type_] = ObjectRole(label, dict(types[type_]) if isinstance(types, dict) else {})
        return roles
