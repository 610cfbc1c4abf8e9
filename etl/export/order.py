"""The order in which events are written, so that whoever reads the log finds them in their cases as they were."""

from __future__ import annotations

from typing import Any

from graph.selection import Selection

_FIRST = -(1 << 62)
Event = dict[str, Any]


def events_in_order(selected: Selection) -> list[Event]:
    """The events as their source had them, where all came in one load; otherwise by their place in their case, those
    without any instant before them first.

    Places in several cases are no order of all: where events of several loads are in several cases, those of one
    instant stand in the order of their loads and rows.
    """
    events: list[Event] = selected.nodes["Event"].to_pylist() if "Event" in selected.nodes else []
    if len({event["since"] for event in events}) <= 1 and all(event["source_row"] for event in events):
        return sorted(events, key=lambda event: (event["source_row"], event["id"]))
    places: dict[str, tuple[int, int]] = {}
    several = False
    table = selected.links.get("IN_CASE")
    for row in table.to_pylist() if table is not None else ():
        several |= row["from_id"] in places
        place = (_FIRST if row["sort_at"] is None else row["sort_at"], row["seq"] or 0)
        places[row["from_id"]] = max(places.get(row["from_id"], place), place)

    def key(event: Event) -> tuple[Any, ...]:
        sort_at, seq = places.get(event["id"], (_FIRST if event["at"] is None else event["at"], 0))
        if several:
            return sort_at, event["since"], event["source_row"] or 0, event["id"]
        return sort_at, seq, event["id"]

    return sorted(events, key=key)
