"""Attributes of OCEL events and objects: as JSON, and which of an object's values hold from when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.mapped_rows import fragments
from etl.mapping import Mapping
from etl.ocel_standing import NONE, Flags, Places, Standing, array, canonical_texts, codes, first_of, is_text, quoted
from etl.source_rows import Column
from etl.xes_attributes import free_name
from graph.canonical import canonical
from graph.instants import iso, parse

DAY_MS = 86_400_000


@dataclass(frozen=True)
class ObjectValues:
    """The values of objects, row by row as the log has them.

    `place` of the object that has it, -1 where that was set aside; `at` (ms) from when; `dated` whether it
    is a row of its own, with a reason in `reasons` where it is set aside. `undated` are the values without a
    date that say something new, `changes` the dated ones.
    """

    place: Places
    field: pa.Array
    kind: pa.Array
    value: pa.Array
    at: pa.Array
    dated: Flags
    reasons: pa.Array
    undated: Flags
    changes: Flags


def instants(texts: pa.Array, mapping: Mapping) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """Instant (ms), offset, precision of each text, and a reason where it is none."""
    read = parse(texts, zone=mapping.zone, midnight_exact=mapping.midnight == "exact", formats=mapping.time_formats)
    unknown = quoted("the time ", texts, " is no instant that is known: give `time_formats` in the mapping")
    return read.at_ms, read.offset, read.precision, pc.if_else(read.unreadable, unknown, NONE)


def object_values(values: pa.Table, objects: Standing, mapping: Mapping) -> ObjectValues:
    """Tells the values that hold from the start, without a time or with one within a day of 1970, from dated ones.

    The same value of a field from the same time on says nothing new the second time.
    """
    stated = values["place"].to_numpy()
    place = objects.first[stated] if len(stated) else stated
    at, _, _, faults = instants(array(values["time"]), mapping)
    epoch = pc.fill_null(pc.less_equal(pc.abs(at), DAY_MS), True)
    dated = pc.or_(pc.invert(epoch), faults.is_valid()).to_numpy(zero_copy_only=False)
    ids = objects.ids.take(pa.array(stated, pa.int64()))
    aside = pc.if_else(pa.array(place < 0), quoted("the object ", ids, " was set aside"), NONE)
    reasons = pc.if_else(pa.array(dated), pc.coalesce(aside, faults), NONE)
    field, kind, value = (array(values[name]) for name in ("field", "kind", "value"))
    start = pc.if_else(pa.array(dated), at, pa.scalar(None, pa.int64()))
    new = first_of(codes(pa.array(place), field, kind, value, start, pa.array(dated)))
    good = (place >= 0) & new
    said = value.is_valid().to_numpy(zero_copy_only=False)
    taken = good & dated & ~reasons.is_valid().to_numpy(zero_copy_only=False)
    return ObjectValues(place, field, kind, value, at, dated, reasons, good & ~dated & said, taken)


def static_rows(values: ObjectValues) -> Places:
    """The rows that say what an object is from the start: the undated, and of the other fields the earliest."""
    field = codes(pa.array(values.place), values.field)
    undated = np.flatnonzero(values.undated)
    dated = np.flatnonzero(values.changes & values.value.is_valid().to_numpy(zero_copy_only=False))
    dated = dated[np.argsort(pc.fill_null(values.at, 0).to_numpy(zero_copy_only=False)[dated], kind="stable")]
    dated = dated[first_of(field[dated])]
    rest = dated[~np.isin(field[dated], field[undated])]
    return np.sort(np.concatenate([undated, rest])).astype(np.int64)


def json_objects(place: Places, field: pa.Array, members: pa.Array, count: int) -> pa.Array:
    """One canonical JSON object for each of `count` places; null where nothing is said.

    The same field a second time is called `field~2`.
    """
    names = _free_names(place, field)
    coded = names.dictionary_encode()
    known = coded.dictionary.to_pylist()
    rank = np.empty(len(known), np.int64)
    rank[sorted(range(len(known)), key=known.__getitem__)] = np.arange(len(known))
    order = np.lexsort((rank[coded.indices.to_numpy(zero_copy_only=False)], place))
    said = pc.binary_join_element_wise(canonical_texts(names), members, ":").take(pa.array(order))
    counts = np.bincount(place, minlength=count)[:count] if len(place) else np.zeros(count, np.int64)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), array(said)), ",")
    whole = pc.binary_join_element_wise("{", joined, "}", "")
    return pc.if_else(pa.array(counts > 0), whole, NONE)


def _free_names(place: Places, field: pa.Array) -> pa.Array:
    code = codes(pa.array(place), field)
    if first_of(code).all():
        return field
    crowded = set(place[~first_of(code)].tolist())
    taken: dict[int, set[str]] = defaultdict(set)
    names: list[str] = field.to_pylist()
    for row in np.flatnonzero(np.isin(place, list(crowded))).tolist():
        names[row] = free_name(names[row], taken[int(place[row])])
        taken[int(place[row])].add(names[row])
    return pa.array(names, pa.string())


def members(kind: pa.Array, value: pa.Array, zone: str) -> pa.Array:
    """Each value as JSON by its kind: text and integers plainly, others as `{"float": "0.5"}`."""
    parts: list[pa.Array] = []
    places: list[Places] = []
    for one in pc.unique(kind).to_pylist():
        where = np.flatnonzero(is_text(kind, one))
        chosen = value.take(pa.array(where))
        parts.append(_dates(chosen, zone) if one == "date" else fragments(Column("", "event", one, chosen)))
        places.append(where)
    if not parts:
        return pa.array([], pa.string())
    back = np.argsort(np.concatenate(places), kind="stable")
    return pa.concat_arrays([array(p) for p in parts]).take(pa.array(back))


def _dates(texts: pa.Array, zone: str) -> pa.Array:
    """Instants in one form, those without offset in `zone`; what is none stays as it stands."""
    read = parse(texts, zone=zone, midnight_exact=True)
    said: Sequence[str] = [
        canonical({"date": text if at is None else iso(at, offset, "millisecond")})
        for at, offset, text in zip(read.at_ms.to_pylist(), read.offset.to_pylist(), texts.to_pylist(), strict=True)
    ]
    return pa.array(said, pa.string())
