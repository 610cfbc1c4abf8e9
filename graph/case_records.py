"""What a case holds beside its chain: records with type, files and volumes, and the fields that were registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.chain import Chain, ChainEvent, Reference
from graph.classification import Found, decided_types, type_of
from graph.days import day_of
from graph.decision_kinds import CLASS
from graph.in_force import Record, erased_by, in_force
from graph.items import KnownItems
from graph.prevailing import value_text
from graph.store import Row, Store


@dataclass(frozen=True)
class CaseFile:
    """One file of a record; `size` in bytes."""

    id: str
    media_type: str | None
    size: int | None


@dataclass(frozen=True)
class CaseMaterial:
    """A record of a case: `position` is the place of the first event that names it, `day` the day of that event
    (since 1970), `received` whether an event received it."""

    id: str
    title: str | None
    type_id: str | None
    date: str | None
    medium: str | None
    form: str | None
    valid_until: str | None
    scheme_class: str | None
    retention: str | None
    erased: str | None
    position: int
    day: int | None
    received: bool
    files: tuple[CaseFile, ...] = ()
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseField:
    """A value that an event or a record of the case states for a field."""

    field: str
    value: str | None
    label: str
    id: str


@dataclass(frozen=True)
class CaseRecords:
    """The records and fields of a case, in the order of its events."""

    materials: tuple[CaseMaterial, ...]
    fields: tuple[CaseField, ...]


def case_records(store: Store, known: KnownItems, chain: Chain) -> CaseRecords:
    """Reads what the events of a chain refer to, as the load of the chain knew it."""
    load = chain.as_of_load
    first = _first_events(chain)
    ids = list(first)
    links = store.read("dossier/material_links", ids=ids, load=load) if ids else []
    links += store.read("dossier/filed", ids=ids, load=load) if ids else []
    by_material = store.read("conformance/material_facts", ids=ids, load=load) if ids else []
    by_event = [(e.id, r.id) for e in chain.events for r in e.stated if r.label == "Fact"]
    decided = store.read("dossier/decisions", ids=ids, load=load) if ids else []
    wanted: dict[str, list[str]] = {"Material": ids, "File": [row[3] for row in links if row[0] == "HAS_FILE"]}
    wanted["Fact"] = [fact for _, fact in (*by_event, *by_material)]
    wanted["Decision"] = [row[2] for row in decided]
    records = in_force(store, wanted, load)
    types = _decided(decided, records["Decision"], known)
    materials = [
        _material(records["Material"][id_], place, chain.events[place], links, records["File"], types, known)
        for id_, place in first.items()
        if id_ in records["Material"]
    ]
    stated = [("Event", *row) for row in by_event] + [("Material", *row) for row in by_material]
    fields = [_field(records["Fact"][fact], label, id_) for label, id_, fact in stated if fact in records["Fact"]]
    return CaseRecords(tuple(materials), tuple(one for one in fields if one.field))


def records_of(event: ChainEvent) -> list[Reference]:
    """The records that an event received, used, produced or touched."""
    named = (*event.received, *event.used, *event.produced, *event.touched)
    return [one for one in named if one.label == "Material"]


def _first_events(chain: Chain) -> dict[str, int]:
    """The place of the first event that names each record; where one receives it, that of the first that does."""
    first: dict[str, int] = {}
    received: dict[str, int] = {}
    for place, event in enumerate(chain.events):
        for one in records_of(event):
            first.setdefault(one.id, place)
        for one in event.received:
            if one.label == "Material":
                received.setdefault(one.id, place)
    return {**first, **received}


def _decided(rows: Sequence[Row], decisions: Mapping[str, Record], known: KnownItems) -> dict[str, Found]:
    made = [(row[1], decisions[row[2]]) for row in rows if row[0] == "Material" and row[2] in decisions]
    reversed_ = {(id_, one["overrides"]) for id_, one in made}
    standing = [(i, one) for i, one in made if one["kind"] == CLASS and (i, one["id"]) not in reversed_]
    standing.sort(key=lambda pair: (pair[1]["load"], pair[1]["id"]))
    return decided_types(((id_, one["what"]) for id_, one in standing), known.types)


def _material(
    record: Record,
    place: int,
    event: ChainEvent,
    links: Sequence[Row],
    files: Mapping[str, Record],
    decided: Mapping[str, Found],
    known: KnownItems,
) -> CaseMaterial:
    own = [(row[0], row[3]) for row in links if row[1] == record["id"]]
    found = decided.get(record["id"]) or type_of(record["title"], known.titles)
    held = [files[id_] for type_, id_ in own if type_ == "HAS_FILE" and id_ in files]
    return CaseMaterial(
        type_id=found.type_id if found else None,
        scheme_class=record["class"],
        erased=erased_by(record),
        position=place,
        day=None if event.at_ms is None else day_of(event.at_ms, event.offset),
        received=any(one.id == record["id"] for one in event.received),
        files=tuple(CaseFile(one["id"], one["media_type"], one["size"]) for one in held),
        volumes=tuple(sorted({id_ for type_, id_ in own if type_ == "FILED_IN"})),
        **{n: record[n] for n in ("id", "title", "date", "medium", "form", "valid_until", "retention")},
    )


def _field(fact: Record, label: str, id_: str) -> CaseField:
    return CaseField(fact["field"], value_text(fact["value"], fact["number"], fact["unit"]), label, id_)
