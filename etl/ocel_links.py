"""The relations of an OCEL log as links: of events with what they touched, and of objects with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.event_rows import places
from etl.ocel_objects import SUBJECT_KIND, ObjectRecords
from etl.ocel_standing import Flags, Places, array, codes, first_of
from etl.ocel_types import ObjectTypes
from etl.statements import DERIVATION, Links
from graph.upsert import link_table

EVENT_TYPES = {
    "Case": "IN_CASE",
    "Actor": "BY",
    "Unit": "IN_UNIT",
    "Person": "TOUCHED",
    "Organisation": "TOUCHED",
}
BETWEEN = ", "


@dataclass(frozen=True)
class Related:
    """Relations whose ends both stand: the places of the ends, the qualifier, the row number."""

    from_place: Places
    to_place: Places
    qualifier: pa.Array
    row: Places

    def where(self, rows: Flags) -> Related:
        """Some of them."""
        return Related(
            self.from_place[rows], self.to_place[rows], self.qualifier.filter(pa.array(rows)), self.row[rows]
        )


def event_links(
    related: Related, events: pa.Table, event_place: Places, records: ObjectRecords, types: ObjectTypes
) -> tuple[list[Links], pa.Table]:
    """What events are linked to, and what the order of the cases is computed from (DERIVATION).

    `events` are the Event records and `event_place` the place of each in the log. Several relations of an
    event to one case are one link with all qualifiers; other equal relations are one link.
    """
    at_event = np.full(int(event_place.max()) + 1 if len(event_place) else 0, -1)
    at_event[event_place] = np.arange(len(event_place))
    type_ = _event_types(related, records, types)
    event = at_event[related.from_place] if len(related.row) else related.from_place
    links = []
    derivation = DERIVATION.empty_table()
    for wanted in ("IN_CASE", "BY", "IN_UNIT", "RECEIVED", "USED", "PRODUCED", "TOUCHED"):
        rows = type_ == wanted
        chosen, of_event = related.where(rows), event[rows]
        if wanted == "IN_CASE":
            link, derivation = _in_case(chosen, of_event, events, records)
        else:
            link = _event_link(wanted, chosen, of_event, events, records)
        links.append(link)
    return links, derivation


def _event_types(related: Related, records: ObjectRecords, types: ObjectTypes) -> np.ndarray:
    label = records.label[related.to_place].astype(str) if len(related.row) else np.array([], str)
    by_qualifier = np.full(len(label), "TOUCHED", dtype=object)
    for name, qualifiers in (("RECEIVED", types.received), ("USED", types.used), ("PRODUCED", types.produced)):
        said = pc.is_in(related.qualifier, value_set=pa.array(qualifiers, pa.string()))
        by_qualifier[said.to_numpy(zero_copy_only=False)] = name
    for one, type_ in EVENT_TYPES.items():
        by_qualifier[label == one] = type_
    return by_qualifier


def _event_link(type_: str, related: Related, event: Places, events: pa.Table, records: ObjectRecords) -> Links:
    ids = array(events["id"]).take(pa.array(event, pa.int64()))
    first = _first(related, ids, records)
    related, ids = related.where(first), ids.filter(pa.array(first))
    label = _labels(records, related.to_place)
    to_ids = records.id.take(pa.array(related.to_place))
    default = {"BY": "Actor", "IN_UNIT": "Unit"}.get(type_, "Object")
    return _linked(type_, "Event", np.full(len(label), "Event", object), ids, label, to_ids, related, default)


def _first(related: Related, from_ids: pa.Array, records: ObjectRecords) -> Flags:
    label = pa.array(_labels(records, related.to_place), pa.string())
    return first_of(codes(from_ids, label, records.id.take(pa.array(related.to_place)), related.qualifier))


def _in_case(related: Related, event: Places, events: pa.Table, records: ObjectRecords) -> tuple[Links, pa.Table]:
    order = np.argsort(event, kind="stable")
    event = event[order]
    related = Related(
        related.from_place[order],
        related.to_place[order],
        related.qualifier.take(pa.array(order)),
        related.row[order],
    )
    ids = array(events["id"]).take(pa.array(event, pa.int64()))
    case_ids = records.id.take(pa.array(related.to_place))
    code = codes(ids, case_ids)
    new = first_of(codes(pa.array(code), related.qualifier))
    count = int(code.max()) + 1 if len(code) else 0
    rows = _grouped(code[new], pa.array(related.row[new], pa.int64()), count)
    qualifier = _joined(code[new], related.qualifier.filter(pa.array(new)), count)
    first = first_of(code)
    kept, event_rows = pa.array(first), pa.array(event[first], pa.int64())
    ids, case_ids, at = ids.filter(kept), case_ids.filter(kept), array(events["at"]).take(event_rows)
    sort_at, seq = places(codes(case_ids), at)
    said = {"sort_at": sort_at, "seq": seq, "qualifier": qualifier}
    table = link_table("IN_CASE", ("Event", "Case"), ids, case_ids, **said)
    stage = array(events["stage"]).take(event_rows)
    derivation = pa.table([case_ids, ids, sort_at, seq, at, stage], schema=DERIVATION)
    return Links("IN_CASE", "Event", table, rows=rows), derivation


def _grouped(code: Places, values: pa.Array, count: int) -> pa.ListArray:
    """The values of each number below `count`, in their order."""
    offsets = np.concatenate([[0], np.cumsum(np.bincount(code, minlength=count))])
    by_code = pa.array(np.argsort(code, kind="stable"), pa.int64())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values.take(by_code))


def _joined(code: Places, qualifier: pa.Array, count: int) -> pa.Array:
    """The qualifiers of each number as one text, in the order of their texts; null where there is none."""
    by_text = pc.sort_indices(qualifier)
    by_text = by_text.slice(0, len(by_text) - qualifier.null_count)  # nulls come last
    grouped = _grouped(code[by_text.to_numpy()], qualifier.take(by_text), count)
    joined = pc.binary_join(grouped, BETWEEN)
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def object_links(related: Related, records: ObjectRecords, types: ObjectTypes) -> list[Links]:
    """Relations between objects; APPLIED where a person or organisation applied for a case, in either direction."""
    applied = pc.is_in(related.qualifier, value_set=pa.array(types.applied, pa.string()))
    subject = np.isin(_labels(records, related.from_place).astype(str), list(SUBJECT_KIND))
    case = _labels(records, related.to_place) == "Case"
    by_case = (_labels(records, related.from_place) == "Case") & np.isin(
        _labels(records, related.to_place).astype(str), list(SUBJECT_KIND)
    )
    flags = applied.to_numpy(zero_copy_only=False)
    forward, backward = flags & subject & case, flags & by_case
    links = []
    for owner in sorted(records.labels):
        rows = (_labels(records, related.from_place) == owner) & ~forward & ~backward
        links.append(_object_link("RELATED", owner, related.where(rows), records))
    if "Case" in records.labels and types.applied:
        turned = related.where(backward)
        there = related.where(forward)
        both = Related(
            np.concatenate([there.from_place, turned.to_place]),
            np.concatenate([there.to_place, turned.from_place]),
            pa.concat_arrays([there.qualifier, turned.qualifier]),
            np.concatenate([there.row, turned.row]),
        )
        links.append(_object_link("APPLIED", "Case", both, records))
    return links


def _object_link(type_: str, owner: str, related: Related, records: ObjectRecords) -> Links:
    from_ids = records.id.take(pa.array(related.from_place))
    labels = pa.array(_labels(records, related.from_place), pa.string())
    first = _first(related, pc.binary_join_element_wise(labels, from_ids, ":"), records)
    related = related.where(first)
    return _linked(
        type_,
        owner,
        _labels(records, related.from_place),
        from_ids.filter(pa.array(first)),
        _labels(records, related.to_place),
        records.id.take(pa.array(related.to_place)),
        related,
        "Case" if type_ == "APPLIED" else "Object",
    )


def _labels(records: ObjectRecords, place: Places) -> np.ndarray:
    labels: np.ndarray = records.label[place]
    return labels


def _linked(
    type_: str,
    owner: str,
    from_label: np.ndarray,
    from_ids: pa.Array,
    to_label: np.ndarray,
    to_ids: pa.Array,
    related: Related,
    default: str,
) -> Links:
    """Links between whatever labels; `default` is the label at the other end of a table without rows."""
    nobody = ("Person", "Case") if type_ == "APPLIED" else (owner, default)
    none = pa.array([], pa.string())
    parts, rows = [link_table(type_, nobody, none, none)], [np.array([], np.int64)]
    for pair in sorted(set(zip(from_label.tolist(), to_label.tolist(), strict=True))):
        where = (from_label == pair[0]) & (to_label == pair[1])
        kept = pa.array(where)
        qualifier = related.qualifier.filter(kept)
        said = {"role" if type_ == "APPLIED" else "qualifier": qualifier}
        parts.append(link_table(type_, pair, from_ids.filter(kept), to_ids.filter(kept), **said))
        rows.append(related.row[where])
    return Links(type_, owner, pa.concat_tables(parts), rows=pa.array(np.concatenate(rows), pa.int64()))
