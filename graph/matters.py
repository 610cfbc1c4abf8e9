"""Matters (联办): what several cases of several departments or regions are about, and all of them as one chain."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from graph.chain import Chain, ChainEvent, chains
from graph.errors import NotFound
from graph.in_force import in_force, known_load
from graph.store import Store
from graph.viewer import Viewer

PREFIX = "matter"
_LAST = float("inf")


class MatterCase(BaseModel):
    """A case that is part of a matter; its own chain has the rest."""

    id: str
    item_id: str | None
    region: str | None
    channel: str | None
    opened_at: str | None
    closed_at: str | None
    seconds: float | None
    status: str


class MatterEvent(BaseModel):
    """An event with the cases of the matter in which it is. `waited` are the seconds since the event before it in the
    matter, whatever its case, null where an instant is missing; `event.seconds` those since the one in its case."""

    cases: list[str]
    waited: float | None
    event: ChainEvent


class MatterChain(BaseModel):
    """The cases of a matter as load `as_of_load` knew them, in one chain.

    The order is that of a case's chain: own instant or that of the predecessor in the source, place, id. `status` is
    closed where all cases are, open where one is, else unknown; `seconds` are from the first to the last instant.
    """

    id: str
    name: str | None
    as_of_load: int
    status: str
    seconds: float | None
    cases: list[MatterCase]
    events: list[MatterEvent]


def matter_chain(store: Store, viewer: Viewer, matter: str, as_known_at: int | None = None) -> MatterChain:
    """The cases of a matter as one chain, across departments and regions.

    `matter` is its id or its number; `as_known_at` epoch milliseconds (UTC). Raises NotFound where it was not known.
    """
    viewer.require_whole_archive()
    load = known_load(store, as_known_at)
    found = in_force(store, {"Matter": [matter, f"{PREFIX}:{matter}"]}, load)["Matter"]
    record = found.get(matter) or found.get(f"{PREFIX}:{matter}")
    ids = [row[1] for row in store.read("matter/cases", ids=[record["id"]], load=load)] if record else []
    if record is None or not ids:
        raise NotFound(
            "There is no matter '{matter}' in load {load}.",
            "The chain of a case names its matters.",
            matter=matter,
            load=load,
        )
    records = in_force(store, {"Case": ids}, load)["Case"]
    told = chains(store, [records[id_] for id_ in ids if id_ in records], load)
    events = _in_order(store, told, load)
    instants = [one.event.at_ms for one in events if one.event.at_ms is not None]
    statuses = {one.status for one in told}
    return MatterChain(
        id=record["id"],
        name=record["name"],
        as_of_load=load,
        status="open" if "open" in statuses else "closed" if statuses == {"closed"} else "unknown",
        seconds=(max(instants) - min(instants)) / 1000 if instants else None,
        cases=[
            MatterCase(**{name: getattr(one, name) for name in MatterCase.model_fields})
            for one in sorted(told, key=lambda one: (one.opened_at is None, one.opened_at or "", one.id))
        ],
        events=events,
    )


def _in_order(store: Store, told: Sequence[Chain], load: int) -> list[MatterEvent]:
    """The events of all cases, each once, by (sort_at, seq, id) of the case in which it comes first."""
    places: dict[str, tuple[float, float, str]] = {}
    for _, event, sort_at, seq in store.read("dossier/case_events", ids=[one.id for one in told], load=load):
        place = (_LAST if sort_at is None else sort_at, seq or 0, event)
        places[event] = min(place, places.get(event, place))
    cases: dict[str, list[str]] = {}
    events: dict[str, ChainEvent] = {}
    for one in told:
        for event in one.events:
            cases.setdefault(event.id, []).append(one.id)
            events.setdefault(event.id, event)
    in_order = []
    before: int | None = None
    for n, id_ in enumerate(sorted(events, key=places.__getitem__)):
        at = events[id_].at_ms
        waited = (at - before) / 1000 if n and at is not None and before is not None else None
        in_order.append(MatterEvent(cases=sorted(cases[id_]), waited=waited, event=events[id_]))
        before = at
    return in_order
