"""Many cases with their events, records and fields as the evaluation of conformance needs them, read as tables.

What `chains` and `case_records` give for one case at any time, this gives for pages of cases as the last done load
left them; a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from graph.case_records import CaseField, CaseFile, CaseMaterial, CaseRecords
from graph.chain import ERASED
from graph.classification import Found, decided_types, type_of
from graph.days import day_of
from graph.decision_kinds import decision_id
from graph.in_force import link_types, utc
from graph.items import KnownItems
from graph.prevailing import value_text
from graph.store import Store
from graph.told_case import ToldCase, ToldEvent, ToldParty, first_events

_TEXT, _INT = pa.string(), pa.int64()
_CASES = pa.schema(
    [("case_id", _TEXT), ("item_id", _TEXT), ("accepted_at", _INT), ("opened_at", _INT), ("status", _TEXT)]
)
_EVENTS = pa.schema(
    [
        ("case_id", _TEXT),
        ("event_id", _TEXT),
        ("known", pa.bool_()),
        ("at", _INT),
        ("offset", _INT),
        *((n, _TEXT) for n in ("precision", "activity", "lifecycle", "stage", "outcome")),
        ("erased", _INT),
    ]
)
_PARTIES = pa.schema([(n, _TEXT) for n in ("type", "event_id", "to_id", "role", "name", "kind")])
_RECORDS = pa.schema(
    [
        *((n, _TEXT) for n in ("type", "event_id", "material_id", "title", "date", "medium", "form")),
        *((n, _TEXT) for n in ("valid_until", "class", "retention")),
        ("erased", _INT),
    ]
)
_FIELD = [*((n, _TEXT) for n in ("fact_id", "field", "value")), ("number", _INT), ("unit", _TEXT)]
_EVENT_FIELDS, _RECORD_FIELDS = (pa.schema([(n, _TEXT), *_FIELD]) for n in ("event_id", "material_id"))
_PLACES = pa.schema([*((n, _TEXT) for n in ("type", "material_id", "to_id", "media_type")), ("size", _INT)])
_DECIDED = pa.schema([("material_id", _TEXT), ("what", _TEXT), ("number", _INT), ("decision_id", _TEXT)])
_MISSING = pa.schema([(n, _TEXT) for n in ("type", "event_id", "to_label", "to_id", "role", "qualifier")])
_LISTS = ("RECEIVED", "USED", "PRODUCED", "TOUCHED")
# The records of each event, by the type of the link.
_Named = Mapping[str, Mapping[str, Sequence[str]]]
# What a `CaseMaterial` says before its place in a case, and after it: its files and volumes.
_Record = tuple[tuple[Any, ...], tuple[tuple[CaseFile, ...], tuple[str, ...]]]


def told_cases(
    store: Store, known: KnownItems, ids: Sequence[str], load: int, wanted: Callable[[str | None], bool]
) -> list[tuple[ToldCase, CaseRecords]]:
    """The cases with these ids, by id, as load `load`, the last done one, left them; without events and records
    where their item is not `wanted`."""
    cases = list(_Tables(store, ids, load).rows("conformance/cases", _CASES))
    read = _Tables(store, [row[0] for row in cases if wanted(row[1])], load)
    named, records = _records(read, known)
    events = _events(read, named)
    by_event = _by_first(read.rows("conformance/event_fields", _EVENT_FIELDS))
    by_record = _by_first(read.rows("conformance/record_fields", _RECORD_FIELDS) if records else ())
    told = []
    for id_, item_id, accepted_at, opened_at, status in cases:
        of = events.get(id_, [])
        case = ToldCase(id_, load, item_id, utc(accepted_at), utc(opened_at), status, of)
        first = first_events(of)
        materials = tuple(_placed(records[one], place, of[place]) for one, place in first.items())
        fields = [_field(row, "Event") for event in of for row in by_event.get(event.id, ())]
        fields += [_field(row, "Material") for one in sorted(first) for row in by_record.get(one, ())]
        told.append((case, CaseRecords(materials, tuple(one for one in fields if one.field))))
    return told


class _Tables:
    """The tables of some cases."""

    def __init__(self, store: Store, ids: Sequence[str], load: int) -> None:
        self._store, self._asked = store, {"ids": list(ids), "load": load}
        self.types = link_types(store, load)

    def rows(self, name: str, schema: pa.Schema) -> Iterator[tuple[Any, ...]]:
        if not self._asked["ids"]:
            return iter(())
        table = self._store.table(name, schema, **self._asked)
        return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _by_first(rows: Iterator[tuple[Any, ...]] | tuple[()]) -> dict[str, list[tuple[Any, ...]]]:
    by: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by[row[0]].append(row)
    return by


def _field(row: tuple[Any, ...], label: str) -> CaseField:
    id_, _, field, value, number, unit = row
    return CaseField(field, value_text(value, number, unit), label, id_)


def _events(read: _Tables, named: _Named) -> dict[str, list[ToldEvent]]:
    """The events of each case in their order."""
    parties: dict[str, dict[str, list[ToldParty]]] = {"BY": defaultdict(list), "IN_UNIT": defaultdict(list)}
    for type_, event_id, to_id, role, name, kind in read.rows("conformance/parties", _PARTIES):
        parties[type_][event_id].append(ToldParty(to_id, name, kind, role))
    lacking: dict[str, list[str]] = defaultdict(list)
    for type_, event_id, label, to_id, *_ in read.rows("conformance/missing_ends", _MISSING):
        lacking[event_id].append(f"dangling reference {type_} to {label} {to_id}")
    actors, units = (parties[type_].get for type_ in ("BY", "IN_UNIT"))
    received, used, produced, touched = (named[type_].get for type_ in _LISTS)
    by_case: dict[str, list[ToldEvent]] = defaultdict(list)
    for case_id, id_, there, at, *content, erased in read.rows("conformance/events", _EVENTS):
        by = actors(id_, ())
        missing = lacking.get(id_, ())
        if not by or not there or at is None or erased is not None:
            missing = [*([] if there else ["event itself"]), *missing, *([] if by else ["actor"])]
            missing += [f"{ERASED}{decision_id(erased)}"] if erased is not None else [] if at is not None else ["instant"]
        by_case[case_id].append(
            ToldEvent(
                id_, at, *content, by, units(id_, ()), received(id_, ()), used(id_, ()), produced(id_, ()),
                touched(id_, ()), missing,
            )
        )  # fmt: skip
    return by_case


def _records(read: _Tables, known: KnownItems) -> tuple[_Named, dict[str, _Record]]:
    """Which event names which records, and these, each without its place in a case."""
    named: dict[str, dict[str, list[str]]] = {type_: defaultdict(list) for type_ in _LISTS}
    contents: dict[str, tuple[Any, ...]] = {}
    for type_, event_id, id_, *content in read.rows("conformance/records", _RECORDS):
        named[type_][event_id].append(id_)
        contents[id_] = tuple(content)
    decided = _decided(read, known) if contents and "DECIDES" in read.types else {}
    files, volumes = _held(read) if contents else ({}, {})
    types: dict[str | None, str | None] = {}
    records = {}
    for id_, (title, *content, erased) in contents.items():
        if title not in types:
            found = type_of(title, known.titles)
            types[title] = found.type_id if found else None
        type_id = decided[id_].type_id if id_ in decided else types[title]
        by = None if erased is None else decision_id(erased)
        records[id_] = (id_, title, type_id, *content, by), (tuple(files.get(id_, ())), tuple(volumes.get(id_, ())))
    return named, records


def _decided(read: _Tables, known: KnownItems) -> dict[str, Found]:
    rows = read.rows("conformance/record_decisions", _DECIDED)
    whats = sorted((number, decision, id_, what) for id_, what, number, decision in rows)
    return decided_types(((id_, what) for _, _, id_, what in whats), known.types)


def _held(read: _Tables) -> tuple[dict[str, list[CaseFile]], dict[str, list[str]]]:
    """The files and the volumes of each record."""
    files: dict[str, list[CaseFile]] = defaultdict(list)
    volumes: dict[str, list[str]] = defaultdict(list)
    for type_, id_, to_id, media_type, size in read.rows("conformance/record_places", _PLACES):
        if type_ == "HAS_FILE":
            files[id_].append(CaseFile(to_id, media_type, size))
        else:
            volumes[id_].append(to_id)
    return files, volumes


def _placed(record: _Record, place: int, event: ToldEvent) -> CaseMaterial:
    """A record at the place of the event of a case that counts for it."""
    content, held = record
    day = None if event.at_ms is None else day_of(event.at_ms, event.offset)
    return CaseMaterial(*content, place, day, content[0] in event.received, *held)
