"""Derived data, recomputed for what a load touched: first the order of cases, their seconds and status."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.derive_records import derive_standards, derive_subjects, derive_types
from graph.order import order_events
from graph.store import Writer
from graph.touched import Touched, Written
from graph.upsert import link_table

_CASES = pa.schema(
    [("id", pa.string()), ("item_id", pa.string()), ("accepted_at", pa.int64()), ("standing", pa.bool_())]
)


def derive(writer: Writer, touched: Touched, written: Written, events: pa.Table) -> None:
    """Derives again what a load touched; `events` (case_id, event_id, sort_at, seq, at, stage) are its events."""
    cases = _derive_cases(writer, touched.of("Case"), written, events)
    derive_standards(writer, cases, written)
    derive_subjects(writer, touched, written)
    derive_types(writer, touched, written)


def _derive_cases(writer: Writer, touched: pa.Array, written: Written, events: pa.Table) -> pa.Table:
    """Order, seconds and status of cases; gives what their standards follow from.

    Of cases that the load made all events are in `events`; those of the others are read from the store.
    """
    if not len(touched):
        return _CASES.empty_table().append_column("opened_at", pa.array([], pa.int64()))
    fresh = written.fresh("Case")
    stood = touched.filter(pc.invert(pc.is_in(touched, value_set=fresh)))
    of_fresh = events.filter(pc.is_in(events["case_id"], value_set=fresh)) if len(stood) else events
    stored = writer.case_events(stood) if len(stood) else events.slice(0, 0)
    stored = _as_loaded(stored.select(events.column_names).cast(events.schema), events)
    known = _known_cases(writer, stood, written)
    ordered = order_events(pa.concat_tables([of_fresh, stored]), known)
    nexts = link_table(
        "NEXT",
        ("Event", "Event"),
        ordered.nexts["from_id"].combine_chunks(),
        ordered.nexts["to_id"].combine_chunks(),
        case_id=ordered.nexts["case_id"].combine_chunks(),
        seconds=ordered.nexts["seconds"].combine_chunks(),
    )
    writer.replace_derived(known["id"].combine_chunks(), fresh, ordered.cases, nexts)
    return known.append_column("opened_at", ordered.cases["opened_at"].combine_chunks())


def _known_cases(writer: Writer, stood: pa.Array, written: Written) -> pa.Table:
    """The touched cases: those that the load states, and the others as the store has them."""
    parts = [_CASES.empty_table()]
    if "Case" in written.records:
        records = written.records["Case"].records
        standing = pa.array(np.ones(records.num_rows, bool))
        parts.append(records.select(_CASES.names[:-1]).append_column("standing", standing).cast(_CASES))
        stood = stood.filter(pc.invert(pc.is_in(stood, value_set=records["id"].combine_chunks())))
    if len(stood):
        stored = writer.existing("Case", stood)
        columns = stored.select(_CASES.names[:-1]).append_column("standing", stored["withdrawn"].is_null())
        parts.append(columns.cast(_CASES))
    return pa.concat_tables(parts)


def _as_loaded(stored: pa.Table, events: pa.Table) -> pa.Table:
    """Stored events with what the load says of them, which a store may write only at its commit."""
    if not stored.num_rows:
        return stored
    at = pc.index_in(stored["event_id"], value_set=events["event_id"].combine_chunks())
    for name in ("at", "stage"):
        place = stored.column_names.index(name)
        new = pc.if_else(at.is_valid(), events[name].take(at), stored[name])
        stored = stored.set_column(place, name, new)
    return stored
