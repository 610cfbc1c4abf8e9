"""Facts of an OCEL log: what it says of an object from a time on, and of people, units and actors at all."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.facts import fact_ids
from etl.ocel_objects import SUBJECT_KIND, ObjectRecords, taken
from etl.ocel_standing import Flags, array, canonical_texts, is_text
from etl.ocel_types import OBJECT_ID, OBJECT_TYPE
from etl.ocel_values import ObjectValues
from etl.statements import Links
from graph.upsert import link_table, node_table


def fact_statements(
    records: ObjectRecords,
    values: ObjectValues,
    changes_start: int,
    objects_start: int,
    system: str,
    key: bytes,
) -> tuple[pa.Table, Links]:
    """The Facts and what each is about.

    One for each value with a date, in the row of that value, and, since persons, organisations, actors and
    units have no attributes of their own, one for each other value of theirs, in the row of the object. What
    states it is the object from that time on.
    """
    stated = pa.concat_tables(
        [_changes(values, changes_start), _undated(records, objects_start)], promote_options="none"
    )
    stated = stated.set_column(1, "field", _fields(records, stated))
    place = array(stated["place"])
    subject, label = records.id.take(place), records.label[place.to_numpy()]
    objects = array(records.standing.ids).take(place)
    ids = ids_of_values(objects, array(stated["at"]), subject, array(stated["field"]), system, key)
    number = _whole_numbers(records, stated)
    facts = node_table(
        "Fact",
        ids,
        array(stated["row"]),
        field=array(stated["field"]),
        value=pc.if_else(number.is_valid(), pa.scalar(None, pa.string()), array(stated["value"])),
        number=number,
        stated_at=array(stated["at"]),
    )
    return facts, Links("ABOUT", "Fact", _about(ids, label, subject))


def ids_of_values(
    objects: pa.Array, at: pa.Array, subjects: pa.Array, fields: pa.Array, system: str, key: bytes
) -> pa.Array:
    """The ids of the Facts that values of objects are: by the object's own id and since when (epoch ms, null where
    nothing says it), the id of its record, the field, and the place among such values in the log."""
    since = pc.fill_null(at.cast(pa.string()), "null")
    record = pc.binary_join_element_wise("[", canonical_texts(objects), ",", since, "]", "")
    return fact_ids(pa.table({"record": record, "subject": subjects, "field": fields}), system, key)


def _changes(values: ObjectValues, start: int) -> pa.Table:
    rows = pa.array(values.changes)
    number = np.cumsum(values.dated) - 1 + start
    return pa.table(
        {
            "place": pa.array(values.place).filter(rows),
            "field": values.field.filter(rows),
            "kind": values.kind.filter(rows),
            "value": values.value.filter(rows),
            "at": values.at.filter(rows),
            "row": pa.array(number, pa.int64()).filter(rows),
        }
    )


def _undated(records: ObjectRecords, start: int) -> pa.Table:
    static = records.static
    own = pc.is_in(static.field, value_set=pa.array([OBJECT_ID, OBJECT_TYPE])).to_numpy(zero_copy_only=False)
    subjects = records.of_label(*SUBJECT_KIND)[static.place]
    parties = records.of_label("Actor", "Unit")[static.place] & ~taken(records) & ~own
    said = static.where((subjects | parties) & ~static.dated)
    return pa.table(
        {
            "place": pa.array(said.place, pa.int64()),
            "field": said.field,
            "kind": said.kind,
            "value": said.value,
            "at": pa.nulls(len(said.place), pa.int64()),
            "row": pa.array(said.place + start, pa.int64()),
        }
    )


def _named_rows(records: ObjectRecords, stated: pa.Table) -> list[tuple[Flags, str]]:
    """Rows about persons and organisations whose attribute the mapping gives a field, with that field."""
    types = records.types.take(array(stated["place"]))
    return [
        (is_text(types, type_) & is_text(stated["field"], attribute), field)
        for type_, role in records.roles.items()
        if role.label in SUBJECT_KIND
        for field, attribute in role.fields.items()
    ]


def _fields(records: ObjectRecords, stated: pa.Table) -> pa.Array:
    fields = array(stated["field"])
    for rows, field in _named_rows(records, stated):
        fields = pc.if_else(pa.array(rows), field, fields)
    return fields


def _whole_numbers(records: ObjectRecords, stated: pa.Table) -> pa.Array:
    """The values that are integers; fields that the mapping names are texts: a number of a person is no quantity."""
    fields = {f for role in records.roles.values() if role.label in SUBJECT_KIND for f in role.fields}
    named = pc.is_in(array(stated["field"]), value_set=pa.array(sorted(fields), pa.string()))
    subjects = np.isin(records.label.astype(str), list(SUBJECT_KIND))[stated["place"].to_numpy()]
    whole = pc.and_(pc.equal(array(stated["kind"]), "int"), pc.invert(pc.and_(named, pa.array(subjects))))
    texts = pc.if_else(whole, pc.utf8_trim_whitespace(array(stated["value"])), pa.scalar(None, pa.string()))
    return pa.array([None if t is None else int(t) for t in texts.to_pylist()], pa.int64())


def _about(ids: pa.Array, label: np.ndarray, subject: pa.Array) -> pa.Table:
    parts = [link_table("ABOUT", ("Fact", "Object"), ids.slice(0, 0), subject.slice(0, 0))]
    for one in sorted(set(label.tolist())):
        rows = pa.array(label == one)
        parts.append(link_table("ABOUT", ("Fact", one), ids.filter(rows), subject.filter(rows)))
    return pa.concat_tables(parts)
