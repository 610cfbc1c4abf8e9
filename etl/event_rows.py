"""Validation and identity of event rows: which are taken, what their ids are, and their places in their cases."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.mapped_rows import MappedRows
from etl.mapping import ResolvedMapping
from etl.source_rows import REFUSED
from graph import identifiers
from graph.canonical import quoted
from graph.instants import Instants, parse

Numbers = npt.NDArray[np.int64]
_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Refused:
    """Rows set aside (REFUSED, text null), and what can be said of the ids that they would have had.

    `event_ids` stand in their rows; `case_ids` are the cases of rows without such an id; `unknown` counts the
    rows that name neither.
    """

    rows: pa.Table
    event_ids: pa.Array
    case_ids: pa.Array
    unknown: int


@dataclass(frozen=True)
class EventRows:
    """The rows that are taken, one event each, in the order of the file.

    `case_ids` are the distinct cases, `case` the number of each row's case among them and `of_case` its id;
    `sort_at` (ms) and `seq` place the event within it; `order` sorts the rows by case and place.
    """

    mapped: MappedRows
    at: Instants
    recorded: Instants
    accepted: Instants
    ids: pa.Array
    case_ids: pa.Array
    case: Numbers
    of_case: pa.Array
    sort_at: pa.Array
    seq: pa.Array
    order: Numbers
    refused: Refused

    @property
    def row(self) -> pa.Array:
        """The number of each row in the file."""
        return self.mapped.fields["row"].combine_chunks()


def event_rows(mapped: MappedRows, mapping: ResolvedMapping, system: str, key: bytes) -> EventRows:
    """Validates rows and gives them their ids and places."""
    given = {name: _instants(mapped, name, mapping) for name in ("instant", "recorded", "accepted")}
    reasons = _reasons(mapped, given)
    bad = _refused(mapped, reasons, system, key)
    if bad.rows.num_rows:
        good = reasons.is_null()
        mapped = mapped.chosen(good)
        given = {name: _chosen(instants, good) for name, instants in given.items()}
    ids = _event_ids(mapped, given["instant"], system, key)
    kept, wrong = _distinct(mapped, ids)
    if kept is not None:
        mapped, ids = mapped.chosen(kept), ids.filter(kept)
        given = {name: _chosen(instants, kept) for name, instants in given.items()}
        bad = Refused(pa.concat_tables([bad.rows, wrong]), bad.event_ids, bad.case_ids, bad.unknown)
    encoded = mapped.fields["case"].combine_chunks().dictionary_encode()
    code = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    case_ids = identifiers.natural_id_column(key, system, encoded.dictionary)
    sort_at, seq = places(code, given["instant"].at_ms)
    order: Numbers = np.lexsort((seq.to_numpy(), _or_last(sort_at), code))
    at, recorded, accepted = given["instant"], given["recorded"], given["accepted"]
    of_case = case_ids.take(encoded.indices)
    return EventRows(mapped, at, recorded, accepted, ids, case_ids, code, of_case, sort_at, seq, order, bad)


def _instants(mapped: MappedRows, field: str, mapping: ResolvedMapping) -> Instants:
    return parse(
        mapped.fields[field].combine_chunks(),
        zone=mapping.zone,
        midnight_exact=mapping.midnight_exact,
        formats=mapping.time_formats,
    )


def _chosen(given: Instants, mask: pa.Array) -> Instants:
    return Instants(*(getattr(given, f.name).filter(mask) for f in fields(given)))


def _reasons(mapped: MappedRows, given: dict[str, Instants]) -> pa.Array:
    none = pa.scalar(None, pa.string())

    def unreadable(field: str) -> pa.Array:
        text = pc.binary_join_element_wise(
            f"the {field} '",
            mapped.fields[field],
            "' is no instant that is known: give `time_formats` in the mapping",
            "",
        )
        return pc.if_else(given[field].unreadable, text, none)

    reasons = pc.coalesce(
        pc.if_else(mapped.fields["case"].is_null(), "no case", none),
        pc.if_else(mapped.fields["activity"].is_null(), "no activity", none),
        *(unreadable(field) for field in given),
    )
    return reasons.combine_chunks() if isinstance(reasons, pa.ChunkedArray) else reasons


def _refused(mapped: MappedRows, reasons: pa.Array, system: str, key: bytes) -> Refused:
    wrong = mapped.fields.filter(reasons.is_valid())
    rows = _refusals(wrong["row"], reasons.drop_null())

    def natural(column: pa.ChunkedArray) -> pa.Array:
        return identifiers.natural_id_column(key, system, column.drop_null().combine_chunks())

    nameless = wrong.filter(wrong["event"].is_null())
    return Refused(rows, natural(wrong["event"]), natural(nameless["case"]), nameless["case"].null_count)


def _refusals(rows: pa.Array, reasons: pa.Array) -> pa.Table:
    return pa.table({"row": rows, "text": pa.nulls(len(rows), pa.string()), "reason": reasons}).cast(REFUSED)


def _or_last(values: pa.Array) -> Numbers:
    filled: Numbers = pc.fill_null(values, _LAST).to_numpy()
    return filled


def places(code: Numbers, at_ms: pa.Array) -> tuple[pa.Array, pa.Array]:
    """`sort_at` (ms) and `seq` of events that stand in the order of their file; `code` numbers their cases."""
    count = len(code)
    by_case = np.argsort(code, kind="stable")
    known = at_ms.is_valid().to_numpy(zero_copy_only=False)[by_case]
    index = np.arange(count)
    starts = _starts(code[by_case])
    first = np.maximum.accumulate(np.where(starts, index, 0))
    latest = np.maximum.accumulate(np.where(known, index, -1)) if count else index
    missing = latest < first
    at = _or_last(at_ms)[by_case]
    sort_sorted = np.where(missing, _LAST, at[np.maximum(latest, 0)])
    sort_at, absent = np.empty(count, np.int64), np.empty(count, bool)
    sort_at[by_case], absent[by_case] = sort_sorted, missing
    order = np.lexsort((index, sort_at, code))
    new = _starts(code[order]) | _starts(sort_at[order])
    begin = np.maximum.accumulate(np.where(new, index, 0)) if count else index
    seq = np.empty(count, np.int64)
    seq[order] = index - begin
    return pa.array(sort_at, mask=absent), pa.array(seq)


def _starts(values: Numbers) -> npt.NDArray[np.bool_]:
    """Where a run of equal values begins."""
    starts = np.ones(len(values), bool)
    starts[1:] = values[1:] != values[:-1]
    return starts


def _json(values: pa.Array) -> pa.Array:
    return pc.fill_null(quoted(values), "null")


def _event_ids(mapped: MappedRows, at: Instants, system: str, key: bytes) -> pa.Array:
    own = mapped.fields["event"].combine_chunks()
    if own.null_count == 0 and len(own):
        return identifiers.natural_id_column(key, system, own)
    digests = _digests(mapped, at, system, key)
    if own.null_count == len(own):
        return digests
    return pc.coalesce(identifiers.natural_id_column(key, system, own), digests)


def _digests(mapped: MappedRows, at: Instants, system: str, key: bytes) -> pa.Array:
    fields_ = mapped.fields
    number = [pc.fill_null(a.cast(pa.string()), "null") for a in (at.at_ms, at.offset)]
    said = pc.binary_join_element_wise(
        _json(fields_["case"]),
        _json(fields_["activity"]),
        _json(fields_["lifecycle"]),
        *number,
        _json(fields_["actor"]),
        ",",
    )
    whole = pc.binary_join_element_wise(pc.binary_join_element_wise("[", said, ""), _nth(said), ",")
    del said
    digests = identifiers.keyed_texts(key, pc.binary_join_element_wise(whole, "]", ""))
    return pc.binary_join_element_wise(f"{system}:e:", digests, "")


def _nth(texts: pa.Array) -> pa.Array:
    """How many equal ones stand before each text, as text."""
    encoded = texts.dictionary_encode()
    nth = np.zeros(len(texts), np.int64)
    if len(encoded.dictionary) < len(texts):
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        order = np.argsort(codes, kind="stable")
        index = np.arange(len(codes))
        nth[order] = index - np.maximum.accumulate(np.where(_starts(codes[order]), index, 0))
    return pa.array(nth).cast(pa.string())


def _distinct(mapped: MappedRows, ids: pa.Array) -> tuple[pa.Array | None, pa.Table]:
    """Of rows with one event id the first is kept; another content under the same id is refused, a repetition is
    not. Gives which rows to keep, None for all, and the refused."""
    encoded = ids.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    if len(encoded.dictionary) == len(ids):
        return None, REFUSED.empty_table()
    first = np.full(len(encoded.dictionary), -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    first = first[codes]
    later = np.flatnonzero(first != np.arange(len(codes)))
    wrong = later[~_same_content(mapped, later, first[later])]
    rows = mapped.fields["row"].to_numpy()
    names = ids.take(pa.array(wrong)).to_pylist()
    reasons = [
        f"the event id {name} stands in row {rows[first[i]]} with other content"
        for name, i in zip(names, wrong, strict=True)
    ]
    keep = np.ones(len(codes), bool)
    keep[later] = False
    return pa.array(keep), _refusals(pa.array(rows[wrong], pa.int64()), pa.array(reasons, pa.string()))


def _same_content(mapped: MappedRows, some: Numbers, others: Numbers) -> npt.NDArray[np.bool_]:
    names = [name for name in mapped.fields.column_names if name != "row"]
    columns = [mapped.fields[name].combine_chunks() for name in names]
    columns += [*mapped.named.values(), *(c.values for c in (*mapped.case_columns, *mapped.event_columns))]
    same = np.ones(len(some), bool)
    for column in columns:
        a, b = (pc.fill_null(column.take(pa.array(i)).cast(pa.string()), "\0") for i in (some, others))
        same &= pc.equal(a, b).to_numpy(zero_copy_only=False)
    return same
