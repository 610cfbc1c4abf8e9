"""The business audit chain (业务稽核链): who did what when in one case, with which records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.errors import Ambiguous, NotFound
from graph.identifiers import natural_id
from graph.in_force import Record, SourceRow, erased_by, files_of, in_force, known_load, source_of, utc
from graph.instants import iso
from graph.order import order_events
from graph.schema import NODE
from graph.store import Row, Store
from graph.viewer import Viewer


class Party(BaseModel):
    """An actor or unit of an event."""

    id: str
    name: str | None
    kind: str | None
    role: str | None = None
    qualifier: str | None = None


class Reference(BaseModel):
    """A record that an event received, used, produced, touched or stated."""

    id: str
    label: str
    title: str | None
    qualifier: str | None = None
    erased: str | None = None


class ChainEvent(BaseModel):
    """One event of a chain. `seconds` since the event before; `missing` says what is not there, `erased` is the
    decision that erased what it said."""

    id: str
    at: str | None
    at_ms: int | None
    offset: int | None
    precision: str | None
    activity: str | None
    lifecycle: str | None
    stage: str | None
    recorded_at: str | None
    outcome: str | None
    seconds: float | None
    actors: list[Party]
    units: list[Party]
    received: list[Reference]
    used: list[Reference]
    produced: list[Reference]
    touched: list[Reference]
    stated: list[Reference]
    other_cases: list[str]
    attributes: dict[str, Any]
    source: SourceRow
    missing: list[str]
    erased: str | None = None


class MatterOfCase(BaseModel):
    """A matter (联办) of which the case is part, and the other cases of it by id."""

    id: str
    name: str | None
    cases: list[str]


class Chain(BaseModel):
    """The chain of a case as load `as_of_load` knew it; `matters` are those of which the case is part."""

    id: str
    as_of_load: int
    item_id: str | None
    region: str | None
    channel: str | None
    accepted_at: str | None
    opened_at: str | None
    last_at: str | None
    closed_at: str | None
    seconds: float | None
    status: str
    attributes: dict[str, Any]
    source: SourceRow
    events: list[ChainEvent]
    missing: dict[str, int]
    matters: list[MatterOfCase] = []


# What is missing of an erased event, followed by the decision.
ERASED = "content, erased by "
# What is missing of an event where a link leads to no record, followed by the type, `to`, the label and the id.
DANGLING = "dangling reference "
_LISTS = {
    "RECEIVED": "received",
    "USED": "used",
    "PRODUCED": "produced",
    "TOUCHED": "touched",
    "STATES": "stated",
}


def chain(store: Store, viewer: Viewer, case: str, as_known_at: int | None = None) -> Chain:
    """The events of a case in order, with everything that is linked to them, and what is missing.

    `case` is an id, or a natural key that only one system has; `as_known_at` epoch milliseconds (UTC). Raises
    NotFound where the case was not known then, Ambiguous where several systems have that key.
    """
    viewer.require_whole_archive()
    load = known_load(store, as_known_at)
    told = chains(store, [_case(store, case, load)], load)[0]
    return told.model_copy(update={"matters": _matters(store, told.id, load)})


def _matters(store: Store, case: str, load: int) -> list[MatterOfCase]:
    ids = [row[1] for row in store.read("matter/of_cases", ids=[case], load=load)]
    if not ids:
        return []
    named = in_force(store, {"Matter": ids}, load)["Matter"]
    cases = store.read("matter/cases", ids=ids, load=load)
    return [
        MatterOfCase(
            id=id_,
            name=named[id_]["name"] if id_ in named else None,
            cases=[other for matter, other in cases if matter == id_ and other != case],
        )
        for id_ in ids
    ]


def chains(store: Store, cases: Sequence[Record], load: int) -> list[Chain]:
    """The chains of many cases, each as `chain` tells it; `cases` are their records as a done load knew them."""
    stated: dict[str, list[Row]] = {case["id"]: [] for case in cases}
    for case_id, *row in store.read("dossier/case_events", ids=list(stated), load=load):
        stated[case_id].append(tuple(row))
    ids = list(dict.fromkeys(row[0] for rows in stated.values() for row in rows))
    found = in_force(store, {"Event": ids}, load)["Event"] if ids else {}
    links: dict[str, list[Row]] = defaultdict(list)
    targets: dict[str, list[str]] = defaultdict(list)
    for link in store.read("audit/event_links", ids=ids, load=load) if ids else ():
        links[link[1]].append(link)
        if link[0] != "IN_CASE":
            targets[link[2]].append(link[3])
    ends = in_force(store, targets, load)
    files = files_of(store, load)
    ordered = _ordered(cases, stated, found)
    return [
        _chain(case, load, header, files, [
            _event(id_, seconds, found.get(id_), links[id_], ends, files, case["id"]) for id_, seconds in events
        ])
        for case, (header, events) in zip(cases, ordered, strict=True)
    ]  # fmt: skip


def _chain(
    record: Record, load: int, header: Record, files: Mapping[int, clock.Load], events: list[ChainEvent]
) -> Chain:
    missing: dict[str, int] = defaultdict(int)
    for event in events:
        for what in event.missing:
            missing[what] += 1
    return Chain(
        id=record["id"],
        as_of_load=load,
        item_id=record["item_id"],
        region=record["region"],
        channel=record["channel"],
        accepted_at=utc(record["accepted_at"]),
        opened_at=utc(header["opened_at"]),
        last_at=utc(header["last_at"]),
        closed_at=utc(header["closed_at"]),
        seconds=header["seconds"],
        status=header["status"],
        attributes=json.loads(record["attributes"] or "{}"),
        source=source_of(record, files),
        events=events,
        missing=dict(missing),
    )


def _case(store: Store, case: str, load: int) -> Record:
    found = list(in_force(store, {"Case": [case]}, load)["Case"].values())
    if not found:
        # A natural key that holds an identity number is found by its id only.
        systems = [row[0] for row in store.read("find/systems")]
        guesses = [natural_id(b"", system, case) for system in systems]
        found = list(in_force(store, {"Case": guesses}, load)["Case"].values()) if guesses else []
    if not found:
        raise NotFound(
            "There is no case '{case}' in load {load}.", "`dossier cases` lists them.", case=case, load=load
        )
    if len(found) > 1:
        ids = ", ".join(record["id"] for record in found)
        raise Ambiguous("Several systems have a case '{case}': {ids}.", "Give one of these ids.", case=case, ids=ids)
    return found[0]


def _ordered(
    cases: Sequence[Record], stated: Mapping[str, list[Row]], found: Mapping[str, Record]
) -> list[tuple[Record, list[tuple[str, float | None]]]]:
    """For each case what follows for it, and the ids of its events in order with the seconds before each."""
    of = [(case["id"], row) for case in cases for row in stated[case["id"]]]
    ids = [row[0] for _, row in of]
    events = pa.table(
        {
            "case_id": pa.array([case_id for case_id, _ in of], pa.string()),
            "event_id": pa.array(ids, pa.string()),
            "sort_at": pa.array([row[1] for _, row in of], pa.int64()),
            "seq": pa.array([row[2] for _, row in of], pa.int64()),
            "at": pa.array([found[i]["at"] if i in found else None for i in ids], pa.int64()),
            "stage": pa.array([found[i]["stage"] if i in found else None for i in ids], pa.string()),
        }
    )
    accepted = pa.array([case["accepted_at"] for case in cases], pa.int64())
    ordered = order_events(
        events, pa.table({"id": pa.array([c["id"] for c in cases], pa.string()), "accepted_at": accepted})
    )
    seconds = iter(ordered.nexts["seconds"].to_pylist())
    in_order: dict[str, list[tuple[str, float | None]]] = {case["id"]: [] for case in cases}
    for position in ordered.positions:
        case_id, row = of[int(position)]
        of_case = in_order[case_id]
        of_case.append((row[0], next(seconds) if of_case else None))
    return list(zip(ordered.cases.to_pylist(), in_order.values(), strict=True))


def _event(
    id_: str,
    seconds: float | None,
    record: Record | None,
    links: Sequence[Row],
    ends: dict[str, dict[str, Record]],
    files: Mapping[int, clock.Load],
    case_id: str,
) -> ChainEvent:
    given: Record = record or dict.fromkeys((p.name for p in NODE["Event"].content), None)
    missing = [] if record else ["event itself"]
    lists: dict[str, list[Any]] = defaultdict(list)
    for type_, _, label, to_id, role, qualifier, _ in links:
        if type_ == "IN_CASE" and to_id == case_id:
            continue
        if type_ == "IN_CASE":
            lists["other_cases"].append(to_id)
            continue
        end = ends.get(label, {}).get(to_id)
        if end is None:
            missing.append(f"{DANGLING}{type_} to {label} {to_id}")
        elif type_ in ("BY", "IN_UNIT"):
            party = Party(id=to_id, name=end["name"], kind=end["kind"], role=role, qualifier=qualifier)
            lists["actors" if type_ == "BY" else "units"].append(party)
        else:
            title = end.get("title") or end.get("field") or end.get("type")
            erased = erased_by(end)
            lists[_LISTS[type_]].append(
                Reference(id=to_id, label=label, title=title, qualifier=qualifier, erased=erased)
            )
    at = given["at"]
    missing += [] if lists["actors"] else ["actor"]
    erased = erased_by(record) if record else None
    missing += [f"{ERASED}{erased}"] if erased else [] if at is not None else ["instant"]
    return ChainEvent(
        id=id_,
        at=None if at is None else iso(at, given["offset"], given["precision"]),
        at_ms=at,
        recorded_at=utc(given["recorded_at"]),
        seconds=seconds,
        attributes=json.loads(given["attributes"] or "{}"),
        source=source_of(record or {"since": 0, "source_row": None}, files),
        missing=missing,
        erased=erased,
        **{n: given[n] for n in ("offset", "precision", "activity", "lifecycle", "stage", "outcome")},
        **{n: lists[n] for n in ("actors", "units", *_LISTS.values(), "other_cases")},
    )
