"""Validation and identity: rows of events become records and links with ids.

Rows that cannot be taken are set aside with their reason; the others give one event each, and the cases,
actors and units that they name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.mapped_rows import MappedRows, fragments, objects
from etl.mapping import STAGES, ResolvedMapping
from etl.source_rows import REFUSED, Column
from graph import identifiers
from graph.canonical import canonical
from graph.instants import Instants, parse
from graph.upsert import link_table, node_table

Numbers = np.ndarray


@dataclass(frozen=True)
class EventRecords:
    """Records of one file. `nodes` and `links` are in the order in which they are written.

    `derivation` is what the order of the cases is computed from (case_id, event_id, sort_at, seq, at, stage);
    `refused` follows REFUSED, without text.
    """

    nodes: dict[str, pa.Table]
    links: dict[str, pa.Table]
    derivation: pa.Table
    refused: pa.Table
    repeated: int


@dataclass(frozen=True)
class _Timed:
    at: Instants
    recorded: Instants
    accepted: Instants


def event_records(
    mapped: MappedRows, empty: MappedRows, mapping: ResolvedMapping, system: str, key: bytes
) -> EventRecords:
    """Records of the rows of a log; `empty` are traces without events."""
    timed = _timed(mapped, mapping)
    reasons = _reasons(mapped, timed)
    good = reasons.is_null()
    refused = _refused(mapped.fields["row"].filter(pc.invert(good)), reasons.filter(pc.invert(good)))
    mapped, timed = _kept(mapped, timed, good)
    code, case_keys = _cases_of(mapped.fields["case"])
    case_ids = pa.array(identifiers.natural_ids(key, system, case_keys.to_pylist()), pa.string())
    of_case = case_ids.take(pa.array(code))
    sort_at, seq = places(code, timed.at.at_ms)
    event_ids = _event_ids(mapped, timed, system, key)
    order = np.lexsort((seq, _or_last(sort_at), code))
    values, deviations = _case_values(mapped, code, len(case_ids), order)
    events = _events(mapped, timed, mapping, event_ids, deviations)
    links = _links(mapped, event_ids, of_case, sort_at, seq, system, key)
    cases = _cases(mapped, timed, case_ids, code, order, values, empty, mapping, system, key)
    derivation = pa.table(
        {
            "case_id": of_case,
            "event_id": event_ids,
            "sort_at": sort_at,
            "seq": seq,
            "at": timed.at.at_ms,
            "stage": events["stage"],
        }
    )
    nodes = {"Case": cases, "Event": events, **_named(mapped, system, key)}
    records = EventRecords(nodes, links, derivation, refused, 0)
    return _distinct(records)


def _timed(mapped: MappedRows, mapping: ResolvedMapping) -> _Timed:
    def parsed(field: str) -> Instants:
        return parse(
            mapped.fields[field].combine_chunks(),
            zone=mapping.zone,
            midnight_exact=mapping.midnight_exact,
            formats=mapping.time_formats,
        )

    return _Timed(parsed("instant"), parsed("recorded"), parsed("accepted"))


def _reasons(mapped: MappedRows, timed: _Timed) -> pa.Array:
    fields = mapped.fields
    none = pa.scalar(None, pa.string())

    def unreadable(field: str, instants: Instants) -> pa.Array:
        text = pc.binary_join_element_wise(
            f"the {field} '",
            fields[field],
            "' is no instant that is known: give `time_formats` in the mapping",
            "",
        )
        return pc.if_else(instants.unreadable, text, none)

    reasons = pc.coalesce(
        pc.if_else(fields["case"].is_null(), "no case", none),
        pc.if_else(fields["activity"].is_null(), "no activity", none),
        unreadable("instant", timed.at),
        unreadable("recorded", timed.recorded),
        unreadable("accepted", timed.accepted),
    )
    return reasons.combine_chunks() if isinstance(reasons, pa.ChunkedArray) else reasons


def _refused(rows: pa.Array, reasons: pa.Array) -> pa.Table:
    return pa.table({"row": rows, "text": pa.nulls(len(rows), pa.string()), "reason": reasons}).cast(REFUSED)


def _kept(mapped: MappedRows, timed: _Timed, good: pa.Array) -> tuple[MappedRows, _Timed]:
    if pc.all(good).as_py() is not False:
        return mapped, timed

    def columns(given: tuple[Column, ...]) -> tuple[Column, ...]:
        return tuple(Column(c.name, c.scope, c.kind, c.values.filter(good)) for c in given)

    def instants(given: Instants) -> Instants:
        kept = (getattr(given, name).filter(good) for name in ("at_ms", "offset", "precision", "unreadable"))
        return Instants(*kept)

    fields = mapped.fields.filter(good)
    return (
        MappedRows(fields, columns(mapped.case_columns), columns(mapped.event_columns)),
        _Timed(instants(timed.at), instants(timed.recorded), instants(timed.accepted)),
    )


def _cases_of(case: pa.ChunkedArray) -> tuple[Numbers, pa.Array]:
    encoded = case.combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), encoded.dictionary


def _or_last(values: pa.Array) -> Numbers:
    filled: Numbers = pc.fill_null(values, np.iinfo(np.int64).max).to_numpy()
    return filled


def places(code: Numbers, at_ms: pa.Array) -> tuple[pa.Array, pa.Array]:
    """`sort_at` (ms) and `seq` of events that stand in the order of their file; `code` numbers their cases."""
    count = len(code)
    by_case = np.argsort(code, kind="stable")
    known = at_ms.is_valid().to_numpy(zero_copy_only=False)[by_case]
    index = np.arange(count)
    starts = np.zeros(count, bool)
    starts[:1] = True
    starts[1:] = code[by_case][1:] != code[by_case][:-1]
    first = np.maximum.accumulate(np.where(starts, index, 0))
    latest = np.maximum.accumulate(np.where(known, index, -1)) if count else index
    missing = latest < first
    at = _or_last(at_ms)[by_case]
    sort_sorted = np.where(missing, np.iinfo(np.int64).max, at[np.maximum(latest, 0)])
    sort_at, absent = np.empty(count, np.int64), np.empty(count, bool)
    sort_at[by_case], absent[by_case] = sort_sorted, missing
    order = np.lexsort((index, sort_at, code))
    new = np.ones(count, bool)
    a, b = order[:-1], order[1:]
    new[1:] = (code[a] != code[b]) | (sort_at[a] != sort_at[b])
    begin = np.maximum.accumulate(np.where(new, index, 0)) if count else index
    seq = np.empty(count, np.int64)
    seq[order] = index - begin
    return pa.array(sort_at, mask=absent), pa.array(seq)


def _json(values: pa.Array) -> pa.Array:
    encoded = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    encoded = encoded.dictionary_encode()
    texts = pa.array([canonical(v) for v in encoded.dictionary.to_pylist()], pa.string())
    return pc.fill_null(texts.take(encoded.indices), "null")


def _event_ids(mapped: MappedRows, timed: _Timed, system: str, key: bytes) -> pa.Array:
    fields = mapped.fields
    own = fields["event"].combine_chunks()
    if own.null_count == 0 and len(own):
        return pa.array(identifiers.natural_ids(key, system, own.to_pylist()), pa.string())
    number = [pc.fill_null(a.cast(pa.string()), "null") for a in (timed.at.at_ms, timed.at.offset)]
    said = pc.binary_join_element_wise(
        _json(fields["case"]),
        _json(fields["activity"]),
        _json(fields["lifecycle"]),
        *number,
        _json(fields["actor"]),
        ",",
    )
    encoded = said.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    starts = np.ones(len(codes), bool)
    starts[1:] = codes[order][1:] != codes[order][:-1]
    index = np.arange(len(codes))
    nth = np.empty(len(codes), np.int64)
    nth[order] = index - (np.maximum.accumulate(np.where(starts, index, 0)) if len(codes) else index)
    digests = [
        f"{system}:e:{identifiers.keyed_text(key, f'[{text},{n}]')}"
        for text, n in zip(said.to_pylist(), nth.tolist(), strict=True)
    ]
    if own.null_count == len(own):
        return pa.array(digests, pa.string())
    named = [
        digest if natural is None else identifiers.natural_id(key, system, natural)
        for digest, natural in zip(digests, own.to_pylist(), strict=True)
    ]
    return pa.array(named, pa.string())


_CASE_FIELDS = ("item", "region", "channel")


def _case_values(
    mapped: MappedRows, code: Numbers, cases: int, order: Numbers
) -> tuple[dict[str, pa.Array], list[tuple[str, pa.Array]]]:
    """What each case is, by the latest row that says anything; and what other rows say of it.

    A row that says something else, or nothing, of a column keeps that in its event's attributes as `case:<name>`.
    """
    given = {f"field:{name}": _json_or_null(mapped.fields[name]) for name in _CASE_FIELDS}
    for column in mapped.case_columns:
        values = fragments(column)
        given[column.name] = pc.coalesce(given[column.name], values) if column.name in given else values
    by_case: dict[str, pa.Array] = {}
    deviations = []
    for name, values in given.items():
        valid = values.is_valid().to_numpy(zero_copy_only=False)
        latest = np.full(cases, -1)
        ordered = order[valid[order]]
        latest[code[ordered]] = ordered
        chosen = values.take(pa.array(latest, mask=latest < 0))
        by_case[name] = chosen
        own = chosen.take(pa.array(code))
        both = pc.and_(values.is_null(), own.is_null())
        same = pc.or_(pc.fill_null(pc.equal(values, own), False), both)
        if not pc.all(same).as_py() and len(values):
            kept = pc.if_else(same, pa.scalar(None, pa.string()), pc.fill_null(values, "null"))
            deviations.append((f"case:{name.removeprefix('field:')}", kept))
    return by_case, deviations


def _json_or_null(values: pa.ChunkedArray) -> pa.Array:
    return pc.if_else(values.combine_chunks().is_null(), pa.scalar(None, pa.string()), _json(values))


def _plain(values: pa.Array) -> pa.Array:
    """The text of JSON strings."""
    encoded = values.dictionary_encode()
    return pa.array([json.loads(v) for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _events(
    mapped: MappedRows,
    timed: _Timed,
    mapping: ResolvedMapping,
    ids: pa.Array,
    deviations: list[tuple[str, pa.Array]],
) -> pa.Table:
    fields = mapped.fields
    members: dict[str, pa.Array] = dict(deviations)
    for column in mapped.event_columns:
        values = fragments(column)
        members[column.name] = pc.coalesce(members[column.name], values) if column.name in members else values
    precision = timed.at.precision
    return node_table(
        "Event",
        ids,
        fields["row"].combine_chunks(),
        activity=fields["activity"].combine_chunks(),
        lifecycle=fields["lifecycle"].combine_chunks(),
        stage=stages(fields["stage"], fields["activity"], mapping),
        at=timed.at.at_ms,
        offset=timed.at.offset,
        precision=precision.cast(pa.string()),
        recorded_at=timed.recorded.at_ms,
        outcome=fields["outcome"].combine_chunks(),
        attributes=objects(list(members.items()), len(ids)),
    )


def stages(stage: pa.ChunkedArray, activity: pa.ChunkedArray, mapping: ResolvedMapping) -> pa.Array:
    """Classification: the stage as the source names it, or as the mapping gives it for the activity."""

    def translated(column: pa.ChunkedArray, table: dict[str, str]) -> pa.Array:
        encoded = column.combine_chunks().dictionary_encode()
        return pa.array([table.get(v) for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)

    return pc.coalesce(
        translated(stage, {**STAGES, **mapping.stage_values}), translated(activity, dict(mapping.stages))
    )


def _cases(
    mapped: MappedRows,
    timed: _Timed,
    ids: pa.Array,
    code: Numbers,
    order: Numbers,
    values: dict[str, pa.Array],
    empty: MappedRows,
    mapping: ResolvedMapping,
    system: str,
    key: bytes,
) -> pa.Table:
    latest = np.full(len(ids), -1)
    latest[code[order]] = order
    rows = mapped.fields["row"].combine_chunks().take(pa.array(latest))
    accepted = np.full(len(ids), -1)
    stated = order[timed.accepted.at_ms.is_valid().to_numpy(zero_copy_only=False)[order]]
    accepted[code[stated]] = stated
    attributes = [(n, v) for n, v in values.items() if not n.startswith("field:")]
    table = node_table(
        "Case",
        ids,
        rows,
        item_id=_plain(values["field:item"]),
        region=_plain(values["field:region"]),
        channel=_plain(values["field:channel"]),
        accepted_at=timed.accepted.at_ms.take(pa.array(accepted, mask=accepted < 0)),
        attributes=objects(attributes, len(ids)),
    )
    if not len(empty.fields):
        return table
    naturals = pc.fill_null(empty.fields["case"], "trace without a name").to_pylist()
    without = node_table(
        "Case",
        pa.array(identifiers.natural_ids(key, system, naturals), pa.string()),
        empty.fields["row"].combine_chunks(),
        attributes=objects([(c.name, fragments(c)) for c in empty.case_columns], len(naturals)),
    )
    unseen = pc.invert(pc.is_in(without["id"], value_set=ids))
    return pa.concat_tables([table, without.filter(unseen)])


def _named(mapped: MappedRows, system: str, key: bytes) -> dict[str, pa.Table]:
    """The actors and units that rows name, each with the first row that does."""
    tables = {}
    for label, field in (("Actor", "actor"), ("Unit", "unit")):
        names, first = _first_rows(mapped.fields[field], mapped.fields["row"])
        tables[label] = node_table(label, _named_ids(names, label, system, key), first, name=names)
    return tables


def _first_rows(names: pa.ChunkedArray, rows: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    encoded = names.combine_chunks().dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    known, first = np.unique(codes, return_index=True)
    keep = known >= 0
    return encoded.dictionary.take(pa.array(known[keep])), rows.combine_chunks().take(pa.array(first[keep]))


def _named_ids(names: pa.Array, label: str, system: str, key: bytes) -> pa.Array:
    if label == "Actor":
        return pa.array([identifiers.actor_id(key, system, n) for n in names.to_pylist()], pa.string())
    return pa.array(identifiers.natural_ids(key, system, names.to_pylist()), pa.string())


def _links(
    mapped: MappedRows,
    event_ids: pa.Array,
    of_case: pa.Array,
    sort_at: pa.Array,
    seq: pa.Array,
    system: str,
    key: bytes,
) -> dict[str, pa.Table]:
    links = {"IN_CASE": link_table("IN_CASE", ("Event", "Case"), event_ids, of_case, sort_at=sort_at, seq=seq)}
    for type_, label, field in (("BY", "Actor", "actor"), ("IN_UNIT", "Unit", "unit")):
        encoded = mapped.fields[field].combine_chunks().dictionary_encode()
        said = encoded.is_valid()
        ids = _named_ids(encoded.dictionary, label, system, key).take(encoded.indices).filter(said)
        role = {"role": mapped.fields["role"].combine_chunks().filter(said)} if type_ == "BY" else {}
        links[type_] = link_table(type_, ("Event", label), event_ids.filter(said), ids, **role)
    return links


def _distinct(records: EventRecords) -> EventRecords:
    """Takes rows with one event id apart: a repetition is counted, other content under the same id is refused."""
    events = records.nodes["Event"]
    ids = events["id"].combine_chunks()
    encoded = ids.dictionary_encode()
    if len(encoded.dictionary) == len(ids):
        return records
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    first = np.full(len(encoded.dictionary), -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    is_first = first[codes] == np.arange(len(codes))
    content = _contents(records)
    differs = content != content[first[codes]]
    rows = events["source_row"].to_pylist()
    id_text = ids.to_pylist()
    wrong = np.flatnonzero(~is_first & differs)
    reasons = [f"the event id {id_text[i]} stands in row {rows[first[codes[i]]]} with other content" for i in wrong]
    refused = _refused(pa.array([rows[i] for i in wrong], pa.int64()), pa.array(reasons, pa.string()))
    kept = pa.array(is_first)
    links = dict(records.links)
    links["IN_CASE"] = links["IN_CASE"].filter(kept)
    for type_ in ("BY", "IN_UNIT"):
        links[type_] = _first_statement(links[type_], ids, is_first, records.links[type_])
    return EventRecords(
        {**records.nodes, "Event": events.filter(kept)},
        links,
        records.derivation.filter(kept),
        pa.concat_tables([records.refused, refused]),
        int((~is_first & ~differs).sum()),
    )


def _contents(records: EventRecords) -> Numbers:
    """What each event row says, as one comparable text."""
    events = records.nodes["Event"].drop_columns(["source_row"])
    parts = [pc.fill_null(events[n].cast(pa.string()), "\x00") for n in events.column_names]
    parts.append(records.derivation["case_id"])
    said: Numbers = pc.binary_join_element_wise(*parts, "\x1f").to_numpy(zero_copy_only=False)
    return said


def _first_statement(links: pa.Table, ids: pa.Array, is_first: Numbers, stated: pa.Table) -> pa.Table:
    """The links of the first row of each event id only."""
    seen: set[str] = set()
    keep = []
    for id_ in links["from_id"].to_pylist():
        keep.append(id_ not in seen)
        seen.add(id_)
    return links.filter(pa.array(keep, pa.bool_()))
