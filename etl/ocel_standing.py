"""Which rows of an OCEL log can be taken, under which number, and why the others can't."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.ocel_log import OcelLog, Of
from etl.source_rows import REFUSED
from graph.canonical import canonical

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class Standing:
    """Events or objects row by row: `first` is the place of the row that states the same record first, -1
    where the row is set aside with its reason in `reasons`."""

    ids: pa.Array
    first: Places
    reasons: pa.Array

    @property
    def stands(self) -> Flags:
        """Rows that state a record first."""
        flags: Flags = self.first == np.arange(len(self.first))
        return flags

    def places(self, ids: pa.Array) -> Places:
        """The place of each id, -1 where no row of it stands."""
        standing = np.flatnonzero(self.stands)
        if not len(standing):
            return np.full(len(ids), -1)
        found = pc.index_in(ids, value_set=self.ids.take(pa.array(standing)))
        index = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        return np.where(index < 0, -1, standing[index])


@dataclass(frozen=True)
class Numbers:
    """The first row number of each table of the log, and of what belongs to no record."""

    objects: int
    events: int
    event_objects: int
    object_objects: int
    changes: int
    strays: int
    total: int

    @staticmethod
    def of(log: OcelLog, changes: int) -> Numbers:
        """Objects from 1, then events, both kinds of relations, dated values, strays."""
        events = 1 + log.objects.num_rows
        event_objects = events + log.events.num_rows
        object_objects = event_objects + log.event_objects.num_rows
        first_change = object_objects + log.object_objects.num_rows
        strays = first_change + changes
        total = strays + log.strays.num_rows - 1
        return Numbers(1, events, event_objects, object_objects, first_change, strays, total)


def array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def is_text(column: pa.ChunkedArray | pa.Array, text: str) -> Flags:
    """Which rows are this text; a null is none."""
    flags: Flags = pc.fill_null(pc.equal(array(column), text), False).to_numpy(zero_copy_only=False)
    return flags


def codes(*columns: pa.Array) -> Places:
    """Equal rows of texts have equal numbers; a null is a value of its own."""
    parts = [pc.fill_null(array(c).cast(pa.string()), "\x00") for c in columns]
    joined = pc.binary_join_element_wise(*parts, "\x1f") if len(parts) > 1 else parts[0]
    coded: Places = array(joined).dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return coded


def first_of(code: Places) -> Flags:
    """Which rows are the first with their number."""
    first = np.zeros(len(code), bool)
    first[np.unique(code, return_index=True)[1]] = True
    return first


def canonical_texts(texts: pa.Array) -> pa.Array:
    """Each text as JSON."""
    coded = texts.dictionary_encode()
    return pa.array([canonical(text) for text in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def quoted(before: str, texts: pa.Array, after: str) -> pa.Array:
    """A sentence around each text."""
    return pc.binary_join_element_wise(f"{before}'", texts, f"'{after}", "")


def standing(of: Of, log: OcelLog, start: int, content: Places, faults: pa.Array | None = None) -> Standing:
    """The rows of events or objects; `content` numbers what they say, `faults` are reasons of the caller's.

    Set aside are rows without id or type, of an undeclared type, with a fault, and those of an id that stands
    with other content in a row before.
    """
    table = log.events if of == "event" else log.objects
    ids, types = array(table["id"]), array(table["type"])
    declared = log.declared.filter(pc.equal(log.declared["of"], of))["type"]
    undeclared = pc.invert(pc.is_in(types, value_set=array(declared)))
    reasons = pc.coalesce(
        pc.if_else(ids.is_null(), f"the {of} has no id", NONE),
        pc.if_else(types.is_null(), f"the {of} has no type", NONE),
        pc.if_else(undeclared, quoted(f"the {of} type ", types, " is not declared"), NONE),
        faults if faults is not None else pa.nulls(len(ids), pa.string()),
    )
    good = reasons.is_null().to_numpy(zero_copy_only=False)
    code, place = codes(ids), np.arange(len(ids))
    first = np.full(len(ids) + 1, len(ids))
    np.minimum.at(first, code[good], place[good])
    stated = np.where(good, first[code], -1)
    differs = good & (content != content[np.maximum(stated, 0)]) if len(ids) else good
    other = pc.binary_join_element_wise(
        quoted(f"the {of} ", ids, " stands with other content in row "),
        pa.array(stated + start).cast(pa.string()),
        "",
    )
    reasons = pc.if_else(pa.array(differs), other, reasons)
    return Standing(ids, np.where(differs, -1, stated), reasons)


def ends(of: Of, relations: pa.Table, sources: Standing, objects: Standing) -> tuple[Places, Places, pa.Array]:
    """The places of both ends of relations, and why a relation dangles; null where both ends stand."""
    from_ids, to_ids = array(relations["from_id"]), array(relations["to_id"])
    return (
        sources.places(from_ids),
        objects.places(to_ids),
        pc.coalesce(_dangling(of, from_ids, sources), _dangling("object", to_ids, objects)),
    )


def _dangling(of: Of, ids: pa.Array, records: Standing) -> pa.Array:
    absent = pa.array(records.places(ids) < 0)
    named = pc.is_in(ids, value_set=records.ids)
    reason = pc.if_else(
        named,
        quoted(f"the {of} ", ids, " was set aside"),
        quoted(f"there is no {of} ", ids, " in the log"),
    )
    reason = pc.coalesce(pc.if_else(ids.is_null(), f"the relation names no {of}", NONE), reason)
    return pc.if_else(absent, reason, NONE)


def refused(start: int, reasons: pa.Array, text: Callable[[int], Any]) -> pa.Table:
    """The rows with a reason, each with its content as JSON; `text` gives that of a place."""
    places = np.flatnonzero(reasons.is_valid().to_numpy(zero_copy_only=False))
    return pa.table(
        [
            pa.array(places + start, pa.int64()),
            pa.array([canonical(text(int(place))) for place in places], pa.string()),
            reasons.take(pa.array(places)),
        ],
        schema=REFUSED,
    )
