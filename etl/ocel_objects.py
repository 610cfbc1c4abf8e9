"""The objects of an OCEL log as records: which label and id each has, and what it is from the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.event_applicants import NUMBER_FIELD
from etl.mapping import Mapping
from etl.ocel_log import OcelLog
from etl.ocel_standing import Flags, Places, Standing, array, codes, first_of, is_text
from etl.ocel_types import LABELS, OBJECT_ID, OBJECT_TYPE, PROPERTIES, ObjectRole, ObjectTypes
from etl.ocel_values import ObjectValues, json_objects, members, static_rows
from graph import identifiers
from graph.errors import MappingError
from graph.identifiers import SUBJECT_LABEL, SubjectKind, subject_ids
from graph.upsert import node_table

Texts = npt.NDArray[np.object_]
SUBJECT_KIND: dict[str, SubjectKind] = {label: kind for kind, label in SUBJECT_LABEL.items()}
OBJECT = ObjectRole("Object", {})
NATURAL = ("Object", "Case", "Unit", "Material")


@dataclass(frozen=True)
class Static:
    """What objects are from the start, id and type included: `place`, `field`, `kind`, `value`; `dated` where
    the log gives the value a date, so that it is a Fact of its own as well."""

    place: Places
    field: pa.Array
    kind: pa.Array
    value: pa.Array
    dated: Flags

    def where(self, rows: Flags) -> Static:
        """Some of them."""
        kept = pa.array(rows)
        field, kind, value = (column.filter(kept) for column in (self.field, self.kind, self.value))
        return Static(self.place[rows], field, kind, value, self.dated[rows])


@dataclass(frozen=True)
class ObjectRecords:
    """The objects row by row: `label` and `id` of the record, None where the row is set aside.

    `fields`: for each object type, which attribute is which field. `labels`: all that the mapping knows.
    """

    standing: Standing
    types: pa.Array
    label: Texts
    id: pa.Array
    static: Static
    roles: dict[str, ObjectRole]
    labels: tuple[str, ...]

    def of_label(self, *labels: str) -> Flags:
        """Rows that state a record of one of these labels first."""
        return self.standing.stands & np.isin(self.label.astype(str), labels)


def roles_of(log: OcelLog, types: ObjectTypes) -> dict[str, ObjectRole]:
    """What each declared object type is. Raises MappingError where the mapping names one that is not there."""
    declared = log.declared.filter(pc.equal(log.declared["of"], "object"))
    names = list(dict.fromkeys(declared["type"].to_pylist()))
    roles = types.roles()
    for type_, role in roles.items():
        if type_ not in names:
            raise MappingError(
                f"The mapping names the object type '{type_}' (objects), which is not in the log.",
                f"The object types are: {', '.join(names)}.",
            )
        fields = declared.filter(pc.equal(declared["type"], type_))["field"].drop_null().to_pylist()
        missing = [f for f in role.fields.values() if f not in (*fields, OBJECT_ID, OBJECT_TYPE)]
        if missing:
            raise MappingError(
                f"The mapping names the attribute '{missing[0]}' of '{type_}', which that type does not declare.",
                f"Its attributes are: {', '.join(fields) or 'none'}; and {OBJECT_ID}, {OBJECT_TYPE}.",
            )
    return {name: roles.get(name, OBJECT) for name in names}


def object_records(
    log: OcelLog, objects: Standing, values: ObjectValues, mapping: Mapping, system: str, key: bytes
) -> ObjectRecords:
    """Label, id and static values of each object."""
    roles = roles_of(log, mapping.objects)
    types = array(log.objects["type"])
    label = np.array([None if t is None else roles.get(t, OBJECT).label for t in types.to_pylist()], object)
    static = _with_own(static_rows(values), values, log, objects)
    labels = ("Object", *(label for name, label in LABELS.items() if getattr(mapping.objects, name)))
    records = ObjectRecords(objects, types, label, pa.nulls(len(types), pa.string()), static, roles, labels)
    first = pa.array(objects.first, mask=objects.first < 0)
    ids = pa.array(_ids(records, system, key), pa.string()).take(first)
    return ObjectRecords(objects, types, label, ids, static, roles, labels)


def _with_own(rows: Places, values: ObjectValues, log: OcelLog, objects: Standing) -> Static:
    """The static values, and after them id and type of each object, as attributes of it."""
    taken, own = pa.array(rows), np.flatnonzero(objects.stands)
    place = np.concatenate([values.place[rows], own, own])
    count = len(own)
    names = pa.array([OBJECT_ID] * count + [OBJECT_TYPE] * count, pa.string())
    texts = pa.array(["text"] * (2 * count), pa.string())
    said = (array(log.objects[name]).take(pa.array(own)) for name in ("id", "type"))
    return Static(
        place,
        pa.concat_arrays([values.field.take(taken), names]),
        pa.concat_arrays([values.kind.take(taken), texts]),
        pa.concat_arrays([values.value.take(taken), *said]),
        np.concatenate([values.dated[rows], np.zeros(2 * count, bool)]),
    )


def given(records: ObjectRecords, label: str, name: str, default: str | None = None) -> pa.Array:
    """What the mapping's attribute for a field says of each object of a label, null where nothing."""
    static = records.static
    found: Texts = np.full(len(records.label), None, object)
    for type_, role in records.roles.items():
        attribute = role.fields.get(name, default) if role.label == label else None
        if attribute is not None:
            of_type = is_text(records.types, type_)[static.place]
            rows = np.flatnonzero(of_type & is_text(static.field, attribute))
            # The first of several is the one that stands last in the assignment.
            found[static.place[rows[::-1]]] = static.value.take(pa.array(rows[::-1])).to_pylist()
    return pa.array(found, pa.string())


def _ids(records: ObjectRecords, system: str, key: bytes) -> Texts:
    own = records.standing.ids
    ids: Texts = np.full(len(own), None, object)

    def fill(rows: Flags, made: Callable[[list[str]], list[str]]) -> None:
        ids[rows] = made(own.filter(pa.array(rows)).to_pylist())

    natural = records.of_label(*NATURAL)
    fill(natural, lambda names: identifiers.natural_ids(key, system, names))
    fill(records.of_label("Actor"), lambda names: [identifiers.actor_id(key, system, n) for n in names])
    for label, kind in SUBJECT_KIND.items():
        rows = pa.array(records.of_label(label))
        keys = own.filter(rows)
        nothing = pa.nulls(len(keys), pa.string())
        numbers = given(records, label, NUMBER_FIELD[kind]).filter(rows)
        said = subject_ids(kind, system, key, numbers=numbers, keys=keys, names=nothing, birth_dates=nothing)
        ids[records.of_label(label)] = said.to_pylist()
    return ids


def object_nodes(records: ObjectRecords, start: int, system: str, zone: str) -> dict[str, pa.Table]:
    """The records of each label that the mapping knows; of several with one id the first."""
    attributes = _attributes(records, system, zone)
    nodes = {}
    for label in sorted(records.labels):
        rows = records.of_label(label)
        kept = pa.array(rows)
        content: dict[str, Any] = {}
        for name, property_ in PROPERTIES.get(label, {}).items():
            default = {"name": OBJECT_ID, "kind": OBJECT_TYPE}.get(name) if label in ("Actor", "Unit") else None
            content[property_] = given(records, label, name, default).filter(kept)
        if label in ("Case", "Material", "Object"):
            content["attributes"] = attributes.filter(kept)
        if label == "Object":
            content["type"] = records.types.filter(kept)
        numbers = pa.array(np.flatnonzero(rows) + start, pa.int64())
        table = node_table(label, records.id.filter(kept), numbers, **content)
        nodes[label] = table.filter(pa.array(first_of(codes(table["id"]))))
    return nodes


def _attributes(records: ObjectRecords, system: str, zone: str) -> pa.Array:
    """The attributes of cases, materials and objects: whatever no property has taken.

    The type stands among them where the label has no property for it, the id where the record's is a digest.
    """
    static = records.static
    wanted = records.of_label("Case", "Material", "Object")[static.place] & ~taken(records)
    natural = pc.binary_join_element_wise(system, records.standing.ids, ":")
    digested = pc.fill_null(pc.not_equal(records.id, natural), False).to_numpy(zero_copy_only=False)
    own_id = is_text(static.field, OBJECT_ID)
    own_type = is_text(static.field, OBJECT_TYPE)
    wanted &= ~own_id | digested[static.place]
    wanted &= ~own_type | ~records.of_label("Object")[static.place]
    said = static.where(wanted)
    return json_objects(said.place, said.field, members(said.kind, said.value, zone), len(records.label))


def taken(records: ObjectRecords) -> Flags:
    """Which static values a property of the record has taken."""
    static = records.static
    flags = np.zeros(len(static.place), bool)
    for type_, role in records.roles.items():
        if role.label in PROPERTIES and role.fields:
            of_type = is_text(records.types, type_)[static.place]
            named = pc.is_in(static.field, value_set=pa.array(role.fields.values(), pa.string()))
            flags |= of_type & named.to_numpy(zero_copy_only=False)
    return flags
