"""A case as the evaluation of conformance takes it, whether one was asked for or all: no more than it looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.chain import Chain, ChainEvent, Party, Reference


class ToldParty(NamedTuple):
    """An actor or unit of an event."""

    id: str
    name: str | None
    kind: str | None
    role: str | None


class ToldEvent(NamedTuple):
    """An event of a case; the records that it received, used, produced and touched by id."""

    id: str
    at_ms: int | None
    offset: int | None
    precision: str | None
    activity: str | None
    lifecycle: str | None
    stage: str | None
    outcome: str | None
    actors: Sequence[ToldParty]
    units: Sequence[ToldParty]
    received: Sequence[str]
    used: Sequence[str]
    produced: Sequence[str]
    touched: Sequence[str]
    missing: Sequence[str]


class ToldCase(NamedTuple):
    """A case with its events in order."""

    id: str
    as_of_load: int
    item_id: str | None
    accepted_at: str | None
    opened_at: str | None
    status: str
    events: Sequence[ToldEvent]


def told_of(chain: Chain) -> ToldCase:
    """A case as its chain tells it."""
    events = [_event(event) for event in chain.events]
    return ToldCase(
        chain.id, chain.as_of_load, chain.item_id, chain.accepted_at, chain.opened_at, chain.status, events
    )


def _event(one: ChainEvent) -> ToldEvent:
    return ToldEvent(
        one.id, one.at_ms, one.offset, one.precision, one.activity, one.lifecycle, one.stage, one.outcome,
        _parties(one.actors), _parties(one.units), _records(one.received), _records(one.used),
        _records(one.produced), _records(one.touched), one.missing,
    )  # fmt: skip


def _parties(of: Sequence[Party]) -> list[ToldParty]:
    return list(dict.fromkeys(ToldParty(one.id, one.name, one.kind, one.role) for one in of))


def _records(of: Sequence[Reference]) -> list[str]:
    return list(dict.fromkeys(one.id for one in of if one.label == "Material"))


def first_events(events: Sequence[ToldEvent]) -> dict[str, int]:
    """The place of the first event that names each record; where one receives it, that of the first that does."""
    first: dict[str, int] = {}
    received: dict[str, int] = {}
    for place, event in enumerate(events):
        if event.received:
            for id_ in event.received:
                first.setdefault(id_, place)
                received.setdefault(id_, place)
        for of in (event.used, event.produced, event.touched):
            for id_ in of:
                first.setdefault(id_, place)
    return {**first, **received}
