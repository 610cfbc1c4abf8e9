"""Derived data: the order of cases, their seconds and status; recomputed for what a load touched, or wholly."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.clock import LeaseKeeper, SourceOfLoad, now_ms, open_load
from graph.errors import NotFound
from graph.order import order_events
from graph.settings import Settings
from graph.store import Store, Writer
from graph.upsert import link_table

_PAGE = 20_000


def write_derived(writer: Writer, touched: pa.Array, fresh: pa.Array, cases: pa.Table, events: pa.Table) -> None:
    """Derives the cases `touched`.

    Of the cases `fresh` all events are in `events` (case_id, event_id, sort_at, seq, at, stage); those of the
    others are read from the store. `cases` (id, accepted_at) are the cases that the load states.
    """
    stood = touched.filter(pc.invert(pc.is_in(touched, value_set=fresh)))
    of_fresh = events.filter(pc.is_in(events["case_id"], value_set=fresh)) if len(stood) else events
    stored = writer.case_events(stood) if len(stood) else events.slice(0, 0)
    known = cases.select(["id", "accepted_at"])
    if len(stood):
        unread = stood.filter(pc.invert(pc.is_in(stood, value_set=known["id"].combine_chunks())))
        others = writer.existing("Case", unread).select(["id", "accepted_at"]) if len(unread) else known.slice(0, 0)
        known = pa.concat_tables([known, others.cast(known.schema)])
    stored = _as_loaded(stored.select(events.column_names).cast(events.schema), events)
    all_events = pa.concat_tables([of_fresh, stored])
    ordered = order_events(all_events, known)
    nexts = link_table(
        "NEXT",
        ("Event", "Event"),
        ordered.nexts["from_id"].combine_chunks(),
        ordered.nexts["to_id"].combine_chunks(),
        case_id=ordered.nexts["case_id"].combine_chunks(),
        seconds=ordered.nexts["seconds"].combine_chunks(),
    )
    writer.replace_derived(known["id"].combine_chunks(), fresh, ordered.cases, nexts)


def _as_loaded(stored: pa.Table, events: pa.Table) -> pa.Table:
    """Stored events with what the load says of them, which a store may write only at its commit."""
    at = pc.index_in(stored["event_id"], value_set=events["event_id"].combine_chunks())
    for name in ("at", "stage"):
        place = stored.column_names.index(name)
        new = pc.if_else(at.is_valid(), events[name].take(at), stored[name])
        stored = stored.set_column(place, name, new.combine_chunks())
    return stored


def rebuild(store: Store, settings: Settings) -> int:
    """Derives everything again, as a load of its own; gives how many cases were derived.

    Raises NotFound where there is no archive yet, LoadOpen where another load is open.
    """
    if not store.exists():
        raise NotFound("The archive is empty: there is nothing to derive.", "Load something first.")
    source = SourceOfLoad("rebuild", "", "", "rebuild", "", "append", None)
    load = open_load(store, settings, source)
    writer = store.writer(load.number, load.holder, resumed=load.resumed)
    done, after = 0, ""
    schema = pa.schema([("id", pa.string()), ("accepted_at", pa.int64())])
    nothing = pa.array([], pa.string())
    no_events = pa.table({n: pa.array([], t) for n, t in _EVENTS})
    with LeaseKeeper(store, settings, load):
        while page := store.read("derive/cases", after=after, limit=_PAGE):
            cases = pa.Table.from_arrays(
                [pa.array(c, t) for c, t in zip(zip(*page, strict=True), schema.types, strict=True)],
                schema=schema,
            )
            write_derived(writer, cases["id"].combine_chunks(), nothing, cases, no_events)
            done, after = done + len(page), page[-1][0]
        counts = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), 0)
        writer.commit({**counts, "now": now_ms()})
    return done


_EVENTS = (
    ("case_id", pa.string()),
    ("event_id", pa.string()),
    ("sort_at", pa.int64()),
    ("seq", pa.int64()),
    ("at", pa.int64()),
    ("stage", pa.string()),
)
