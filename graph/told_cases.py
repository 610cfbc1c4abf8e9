"""Many cases with their events, records and fields as the evaluation of conformance needs them, read as tables.

What `chains` and `case_records` give for one case at any time, this gives for pages of cases as the last done load
left them; a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.case_records import CaseField, CaseFile, CaseMaterial, CaseRecords
from graph.chain import DANGLING, ERASED
from graph.classification import Found, decided_types, type_of
from graph.days import day_of
from graph.decision_kinds import decision_id
from graph.in_force import link_types, utc
from graph.items import KnownItems
from graph.prevailing import value_text
from graph.read_once import read_once
from graph.store import Store
from graph.together import together
from graph.told_case import ToldCase, ToldEvent, ToldParty, first_events

_TEXT, _INT = pa.string(), pa.int64()
_CASES = pa.schema(
    [
        *((n, _TEXT) for n in ("case_id", "item_id", "region")),
        *((n, _INT) for n in ("accepted_at", "opened_at", "last_at", "closed_at")),
        ("status", _TEXT),
    ]
)
_EVENTS = pa.schema(
    [
        ("case_id", _TEXT),
        ("event_id", _TEXT),
        ("known", pa.bool_()),
        ("at", _INT),
        ("offset", _INT),
        *((n, _TEXT) for n in ("precision", "activity", "lifecycle", "stage", "outcome")),
        ("recorded_at", _INT),
        ("erased", _INT),
    ]
)
_PARTIES = pa.schema([(n, _TEXT) for n in ("type", "event_id", "to_id", "role", "name", "kind")])
_KNOWN, _QUALIFIER = ("known", pa.bool_()), ("qualifier", _TEXT)
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
_DECIDED = pa.schema([("material_id", _TEXT), ("decision_id", _TEXT), ("number", _INT), ("what", _TEXT)])
_MISSING = pa.schema([(n, _TEXT) for n in ("type", "event_id", "to_label", "to_id")])
_OF_CASE = ["case_id", "item_id", "accepted_at", "opened_at", "status"]
_LISTS = ("RECEIVED", "USED", "PRODUCED", "TOUCHED")
# The records of each event, by the type of the link.
_Named = Mapping[str, Mapping[str, Sequence[str]]]
# What a `CaseMaterial` says before its place in a case, and after it: its files and volumes.
_Record = tuple[tuple[Any, ...], tuple[tuple[CaseFile, ...], tuple[str, ...]]]


TABLES = (
    *("cases", "events", "parties", "records", "missing_ends"),
    *("event_fields", "places", "decisions", "record_fields"),
)


class CaseTables:
    """The tables of some cases as load `load`, the last done one, left them; each is read when first looked at,
    by whichever thread that is."""

    def __init__(self, store: Store, ids: Sequence[str], load: int) -> None:
        self._store, self.ids, self.load = store, list(ids), load

    def _read(self, name: str, schema: pa.Schema, *more: tuple[str, pa.DataType]) -> pa.Table:
        schema = pa.schema([*schema, *more])
        if not self.ids:
            return schema.empty_table()
        return self._store.table(f"conformance/{name}", schema, ids=self.ids, load=self.load)

    def _of_records(self, name: str, schema: pa.Schema, **pinned: int) -> pa.Table:
        ids = pc.unique(self.records["material_id"]).to_pylist()
        return self._store.table(name, schema, ids=ids, **pinned) if ids else schema.empty_table()

    @read_once
    def cases(self) -> pa.Table:
        return self._read("cases", _CASES)

    @read_once
    def events(self) -> pa.Table:
        """By case and place in it, of the cases that there are."""
        events = self._read("events", _EVENTS)
        there = self.cases["case_id"]
        return events if len(there) == len(self.ids) else _among(events, "case_id", there.combine_chunks())

    @read_once
    def _named_parties(self) -> pa.Table:
        return self._read("parties", _PARTIES, _KNOWN, _QUALIFIER)

    @read_once
    def parties(self) -> pa.Table:
        return _known(self._named_parties, _PARTIES)

    @read_once
    def _named_records(self) -> pa.Table:
        return self._read("records", _RECORDS, _KNOWN, _QUALIFIER)

    @read_once
    def records(self) -> pa.Table:
        """By event and record."""
        return _known(self._named_records, _RECORDS)

    @read_once
    def _named_fields(self) -> pa.Table:
        return self._read("event_fields", _EVENT_FIELDS, _KNOWN)

    @read_once
    def event_fields(self) -> pa.Table:
        return _known(self._named_fields, _EVENT_FIELDS)

    @read_once
    def missing_ends(self) -> pa.Table:
        """What events refer to that is not there, a row for each link."""
        parties, records, fields = map(_unknown, (self._named_parties, self._named_records, self._named_fields))
        actors, units = (parties.filter(pc.equal(parties["type"], type_)) for type_ in ("BY", "IN_UNIT"))
        parts = [
            self._read("missing_ends", _MISSING, _QUALIFIER).select(_MISSING.names),
            _ends(actors["type"], actors["event_id"], "Actor", actors["to_id"]),
            _ends(units["type"], units["event_id"], "Unit", units["to_id"]),
            _ends(records["type"], records["event_id"], "Material", records["material_id"]),
            _ends(pa.repeat("STATES", len(fields)), fields["event_id"], "Fact", fields["fact_id"]),
        ]
        return pa.concat_tables(parts).sort_by([(name, "ascending") for name in _MISSING.names])

    @read_once
    def places(self) -> pa.Table:
        if not self.records.num_rows or link_types(self._store, self.load).isdisjoint(("FILED_IN", "HAS_FILE")):
            return _PLACES.empty_table()
        return self._of_records("conformance/record_places", _PLACES, load=self.load)

    @read_once
    def decisions(self) -> pa.Table:
        if not self.records.num_rows or "DECIDES" not in link_types(self._store, self.load):
            return _DECIDED.empty_table()
        return self._of_records("derive/decided_types", _DECIDED)

    @read_once
    def record_fields(self) -> pa.Table:
        return self._of_records("conformance/record_fields", _RECORD_FIELDS, load=self.load)

    def decided(self, known: KnownItems) -> dict[str, Found]:
        """What was decided of the types of records."""
        whats = sorted((number, decision, id_, what) for id_, decision, number, what in rows_of(self.decisions))
        return decided_types(((id_, what) for _, _, id_, what in whats), known.types)

    def of_cases_with_records(self) -> list[str]:
        """The cases whose events name a record."""
        named = _among(self.events, "event_id", pc.unique(self.records["event_id"]))
        ids: list[str] = pc.unique(named["case_id"]).to_pylist()
        return ids

    def read_ahead(self, names: Iterable[str]) -> None:
        """Reads these of the tables; of Neo4j, which works on one statement with one core, several at once."""
        reads = [partial(getattr, self, name) for name in names]
        if self._store.engine == "neo4j":
            together(reads, of_server=True)
        else:
            for read in reads:
                read()

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The tables that were read so far."""
        return tuple(name for name in TABLES if name in vars(self))

    def of(self, ids: pa.Array | pa.ChunkedArray) -> CaseTables:
        """The same of some of the cases."""
        fewer = CaseTables(self._store, ids.to_pylist(), self.load)
        ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
        fewer.cases = _among(self.cases, "case_id", ids)
        fewer.events = _among(self.events, "case_id", ids)
        event_ids = fewer.events["event_id"].combine_chunks()
        for name in ("parties", "missing_ends", "records", "event_fields"):
            setattr(fewer, name, _among(getattr(self, name), "event_id", event_ids))
        record_ids = fewer.records["material_id"].combine_chunks()
        for name in ("places", "decisions", "record_fields"):
            setattr(fewer, name, _among(getattr(self, name), "material_id", record_ids))
        return fewer


def _known(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows of what is there."""
    there = table if pc.all(table["known"]).as_py() is not False else table.filter(table["known"])
    return there.select(schema.names)


def _unknown(table: pa.Table) -> pa.Table:
    return table.filter(pc.invert(table["known"]))


def _ends(types: pa.ChunkedArray, events: pa.ChunkedArray, label: str, ids: pa.ChunkedArray) -> pa.Table:
    return pa.table([types, events, pa.repeat(label, len(ids)), ids], schema=_MISSING)


def _among(table: pa.Table, column: str, ids: pa.Array) -> pa.Table:
    return table.filter(pc.is_in(table[column], value_set=ids))


def rows_of(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as tuples."""
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def told_cases(read: CaseTables, known: KnownItems) -> Iterator[tuple[ToldCase, CaseRecords]]:
    """The cases of some tables, by id."""
    named, records = _records(read, known)
    events = _events(read, named)
    by_event, by_record = _by_first(rows_of(read.event_fields)), _by_first(rows_of(read.record_fields))
    for id_, item_id, accepted_at, opened_at, status in rows_of(read.cases.select(_OF_CASE)):
        of = events.get(id_, [])
        case = ToldCase(id_, read.load, item_id, utc(accepted_at), utc(opened_at), status, of)
        first = first_events(of)
        materials = tuple(_placed(records[one], place, of[place]) for one, place in first.items())
        fields = [_field(row, "Event") for event in of for row in by_event.get(event.id, ())]
        fields += [_field(row, "Material") for one in sorted(first) for row in by_record.get(one, ())]
        yield case, CaseRecords(materials, tuple(one for one in fields if one.field))


def _by_first(rows: Iterator[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    by: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by[row[0]].append(row)
    return by


def _field(row: tuple[Any, ...], label: str) -> CaseField:
    id_, _, field, value, number, unit = row
    return CaseField(field, value_text(value, number, unit), label, id_)


def _events(read: CaseTables, named: _Named) -> dict[str, list[ToldEvent]]:
    """The events of each case in their order."""
    parties: dict[str, dict[str, list[ToldParty]]] = {"BY": defaultdict(list), "IN_UNIT": defaultdict(list)}
    for type_, event_id, to_id, role, name, kind in rows_of(read.parties):
        parties[type_][event_id].append(ToldParty(to_id, name, kind, role))
    lacking: dict[str, list[str]] = defaultdict(list)
    for type_, event_id, label, to_id in rows_of(read.missing_ends):
        lacking[event_id].append(f"{DANGLING}{type_} to {label} {to_id}")
    actors, units = (parties[type_].get for type_ in ("BY", "IN_UNIT"))
    received, used, produced, touched = (named[type_].get for type_ in _LISTS)
    by_case: dict[str, list[ToldEvent]] = defaultdict(list)
    for case_id, id_, there, at, *content, _, erased in rows_of(read.events):
        by = actors(id_, ())
        missing = lacking.get(id_, ())
        if not by or not there or at is None or erased is not None:
            missing = [*([] if there else ["event itself"]), *missing, *([] if by else ["actor"])]
            undated = ["instant"] if at is None else []
            missing += undated if erased is None else [f"{ERASED}{decision_id(erased)}"]
        named_there = (received(id_, ()), used(id_, ()), produced(id_, ()), touched(id_, ()))
        by_case[case_id].append(ToldEvent._make((id_, at, *content, by, units(id_, ()), *named_there, missing)))
    return by_case


def _records(read: CaseTables, known: KnownItems) -> tuple[_Named, dict[str, _Record]]:
    """Which event names which records, and these, each without its place in a case."""
    named: dict[str, dict[str, list[str]]] = {type_: defaultdict(list) for type_ in _LISTS}
    contents: dict[str, tuple[Any, ...]] = {}
    for type_, event_id, id_, *content in rows_of(read.records):
        named[type_][event_id].append(id_)
        contents[id_] = tuple(content)
    decided = read.decided(known)
    files, volumes = _held(read)
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


def _held(read: CaseTables) -> tuple[dict[str, list[CaseFile]], dict[str, list[str]]]:
    """The files and the volumes of each record."""
    files: dict[str, list[CaseFile]] = defaultdict(list)
    volumes: dict[str, list[str]] = defaultdict(list)
    for type_, id_, to_id, media_type, size in rows_of(read.places):
        if type_ == "HAS_FILE":
            files[id_].append(CaseFile(to_id, media_type, size))
        else:
            volumes[id_].append(to_id)
    return files, volumes


def _placed(record: _Record, place: int, event: ToldEvent) -> CaseMaterial:
    """A record at the place of the event of a case that counts for it."""
    content, held = record
    day = None if event.at_ms is None else day_of(event.at_ms, event.offset)
    return CaseMaterial._make((*content, place, day, content[0] in event.received, *held))
