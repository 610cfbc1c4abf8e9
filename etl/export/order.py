"""The order in which events are written, so that whoever reads the log finds them in their cases as they were."""

from __future__ import annotations

from typing import Any

from graph.selection import Selection

_LAST = 1 << 62


def events_in_order(selected: Selection) -> list[dict[str, Any]]:
    """The events: those without any instant before them first, then by their place in their case.

    Where an event is in several cases, events of one instant stand in the order of their load and row, since places
    in different cases are no order of all.
    """
    places: dict[str, tuple[int, int]] = {}
    several = False
    table = selected.links.get("IN_CASE")
    if table is not None:
        ids, instants, seqs = (table[name].to_pylist() for name in ("from_id", "sort_at", "seq"))
        for id_, sort_at, seq in zip(ids, instants, seqs, strict=True):
            several |= id_ in places
            place = (-_LAST if sort_at is None else sort_at, seq or 0)
            places[id_] = min(places.get(id_, place), place)
    events: list[dict[str, Any]] = selected.nodes["Event"].to_pylist() if "Event" in selected.nodes else []

    def key(event: dict[str, Any]) -> tuple[Any, ...]:
        at = event["at"]
        sort_at, seq = places.get(event["id"], (-_LAST if at is None else at, 0))
        if several:
            return sort_at, event["since"], event["source_row"] or 0, event["id"]
        return sort_at, seq, event["id"]

    return sorted(events, key=key)
