"""What a case holds beside its chain: records with type, files and volumes, and the fields that were registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.chain import Chain
from graph.classification import Found, decided_types, type_of
from graph.days import day_of
from graph.decision_kinds import CLASS
from graph.in_force import Record, erased_by, in_force
from graph.items import KnownItems
from graph.prevailing import value_text
from graph.store import Row, Store
from graph.told_case import ToldEvent, first_events, told_of


class CaseFile(NamedTuple):
    """One file of a record; `size` in bytes."""

    id: str
    media_type: str | None
    size: int | None


class CaseMaterial(NamedTuple):
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


class CaseField(NamedTuple):
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


def case_records(store: Store, known: KnownItems, chains: Sequence[Chain], load: int) -> list[CaseRecords]:
    """Reads what the events of each chain refer to, as a done load knew it."""
    told = [told_of(chain).events for chain in chains]
    firsts = [first_events(events) for events in told]
    ids = list(dict.fromkeys(id_ for first in firsts for id_ in first))
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for type_, id_, _, to_id, *_ in _links(store, ids, load):
        links[id_].append((type_, to_id))
    facts: dict[str, list[str]] = defaultdict(list)
    for material_id, fact_id in store.read("conformance/material_facts", ids=ids, load=load) if ids else ():
        facts[material_id].append(fact_id)
    stated = [_stated(chain, first, facts) for chain, first in zip(chains, firsts, strict=True)]
    decided = store.read("dossier/decisions", ids=ids, load=load) if ids else []
    wanted: dict[str, list[str]] = {"Material": ids}
    wanted["File"] = [to_id for own in links.values() for type_, to_id in own if type_ == "HAS_FILE"]
    wanted["Fact"] = [fact for of_case in stated for _, _, fact in of_case]
    wanted["Decision"] = [row[2] for row in decided]
    records = in_force(store, wanted, load)
    read = _Read(records["Material"], links, records["File"], _decided(decided, records["Decision"], known), known)
    answers = []
    for events, first, of_case in zip(told, firsts, stated, strict=True):
        there = [(id_, place) for id_, place in first.items() if id_ in read.materials]
        materials = tuple(_material(read, id_, place, events[place]) for id_, place in there)
        fields = (_field(records["Fact"][f], label, id_) for label, id_, f in of_case if f in records["Fact"])
        answers.append(CaseRecords(materials, tuple(one for one in fields if one.field)))
    return answers


def _links(store: Store, ids: Sequence[str], load: int) -> list[Row]:
    if not ids:
        return []
    return [
        *store.read("dossier/material_links", ids=ids, load=load),
        *store.read("dossier/filed", ids=ids, load=load),
    ]


def _stated(chain: Chain, first: Mapping[str, int], facts: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """Label and id of what states each fact, and the fact: first the events, then the records by id."""
    by_event = [("Event", event.id, one.id) for event in chain.events for one in event.stated if one.label == "Fact"]
    return by_event + [("Material", id_, fact) for id_ in sorted(first) for fact in facts.get(id_, ())]


def _decided(rows: Sequence[Row], decisions: Mapping[str, Record], known: KnownItems) -> dict[str, Found]:
    made = [(row[1], decisions[row[2]]) for row in rows if row[0] == "Material" and row[2] in decisions]
    reversed_ = {(id_, one["overrides"]) for id_, one in made}
    standing = [(i, one) for i, one in made if one["kind"] == CLASS and (i, one["id"]) not in reversed_]
    standing.sort(key=lambda pair: (pair[1]["load"], pair[1]["id"]))
    return decided_types(((id_, one["what"]) for id_, one in standing), known.types)


@dataclass(frozen=True)
class _Read:
    """What was read for many cases at once."""

    materials: Mapping[str, Record]
    links: Mapping[str, Sequence[tuple[str, str]]]
    files: Mapping[str, Record]
    decided: Mapping[str, Found]
    known: KnownItems


def _material(read: _Read, id_: str, place: int, event: ToldEvent) -> CaseMaterial:
    record, own = read.materials[id_], read.links.get(id_, ())
    found = read.decided.get(id_) or type_of(record["title"], read.known.titles)
    held = [read.files[to_id] for type_, to_id in own if type_ == "HAS_FILE" and to_id in read.files]
    return CaseMaterial(
        type_id=found.type_id if found else None,
        scheme_class=record["class"],
        erased=erased_by(record),
        position=place,
        day=None if event.at_ms is None else day_of(event.at_ms, event.offset),
        received=id_ in event.received,
        files=tuple(CaseFile(one["id"], one["media_type"], one["size"]) for one in held),
        volumes=tuple(sorted({to_id for type_, to_id in own if type_ == "FILED_IN"})),
        **{n: record[n] for n in ("id", "title", "date", "medium", "form", "valid_until", "retention")},
    )


def _field(fact: Record, label: str, id_: str) -> CaseField:
    return CaseField(fact["field"], value_text(fact["value"], fact["number"], fact["unit"]), label, id_)
