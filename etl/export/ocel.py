"""A selection as an OCEL 2.0 log: every record an event or object, every link a relation."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from etl.archive_terms import (
    ID,
    LABEL,
    NAMELESS,
    OFFSET,
    PRECISION,
    PREFIX,
    REST,
    START,
    fits,
    kind_of,
    own_properties,
    plain,
    property_text,
    relation_text,
)
from etl.export.order import events_in_order
from etl.ocel_facts import ids_of_values
from etl.ocel_log import DECLARED, EVENT_VALUES, EVENTS, OBJECT_VALUES, OBJECTS, RELATIONS, STRAYS, OcelLog, Of
from etl.ocel_values import DAY_MS
from graph.canonical import canonical
from graph.instants import iso, parse, utc_iso
from graph.selection import Selection

Row = dict[str, Any]
Key = tuple[str, str]
_NEVER_COLUMNS = ("ocel_id", "ocel_time", "ocel_changed_field")
_MOST_FIELDS = 1_900
# Whose changes of attributes can be said as such: those whose id tells the object's own.
_CHANGING = ("Object", "Case", "Material", "Unit")


def ocel_log(selected: Selection, key: bytes | None) -> OcelLog:
    """The log. `key` is the key of the ids: without it no Fact is written as a change of an attribute, which is how
    facts of OCEL logs came in; they are objects then, as others are."""
    return _Writer(selected, key).log()


class _Writer:
    def __init__(self, selected: Selection, key: bytes | None) -> None:
        self._selected = selected
        self._rows = {label: table.to_pylist() for label, table in selected.nodes.items() if label != "Event"}
        self._names = self._object_ids()
        self._types: dict[Key, str] = {
            (label, row["id"]): _type(label, row) for label, rows in self._rows.items() for row in rows
        }
        self._attributes = {
            (label, row["id"]): json.loads(row.get("attributes") or "{}")
            for label, rows in self._rows.items()
            for row in rows
        }
        self._events = events_in_order(selected)
        for event in self._events:
            self._attributes["Event", event["id"]] = json.loads(event["attributes"] or "{}")
        self._changes = self._changes_of_attributes(key) if key is not None else {}
        self._kinds = self._declared_kinds()
        self._keep_fitting(key)

    def _object_ids(self) -> dict[Key, str]:
        """The id of each object: the record's, or with its label before it where another record has the same."""
        taken = set(self._selected.nodes["Event"]["id"].to_pylist()) if "Event" in self._selected.nodes else set()
        names: dict[Key, str] = {}
        for label, rows in self._rows.items():
            for row in rows:
                name = row["id"]
                while name in taken:
                    name = f"{label}:{name}"
                taken.add(name)
                names[label, row["id"]] = name
        return names

    def _changes_of_attributes(self, key: bytes) -> dict[str, tuple[Key, str]]:
        """The facts whose id says that they are the change of an attribute: fact -> object, its own id."""
        about: dict[str, list[Key]] = defaultdict(list)
        for link in _links(self._selected, "ABOUT"):
            if link["from_label"] == "Fact":
                about[link["from_id"]].append((link["to_label"], link["to_id"]))
        stated = {row["to_id"] for type_ in ("STATES",) for row in _links(self._selected, type_)}
        stated |= {row["from_id"] for row in _links(self._selected, "CONCERNS")}
        found = {}
        for fact in self._rows.get("Fact", ()):
            of = about[fact["id"]]
            bare = not any(fact[name] for name in ("unit", "valid_from", "valid_to")) and fact["id"] not in stated
            said = (fact["value"] is None) != (fact["number"] is None) and fact["field"]
            later = fact["stated_at"] is not None and abs(fact["stated_at"]) > DAY_MS
            if bare and said and later and len(of) == 1 and of[0][0] in _CHANGING:
                given = self._attributes[of[0]].get("ocel:id")
                own = given if isinstance(given, str) else of[0][1].partition(":")[2]
                found[fact["id"]] = (of[0], own)
        return self._with_own_ids(found, key)

    def _with_own_ids(self, found: dict[str, tuple[Key, str]], key: bytes) -> dict[str, tuple[Key, str]]:
        """Those whose id is what an OCEL log with this change gives. One that is not may count among the others."""
        while True:
            rows = [fact for fact in self._rows.get("Fact", ()) if fact["id"] in found]
            wrong = {
                row["id"] for row, id_ in zip(rows, _fact_ids(rows, found, key), strict=True) if row["id"] != id_
            }
            if not wrong:
                return found
            found = {id_: of for id_, of in found.items() if id_ not in wrong}

    def _declared_kinds(self) -> dict[tuple[Of, str, str], str]:
        """The kind of each attribute of each type: what most of its values are."""
        votes: dict[tuple[Of, str, str], Counter[str]] = defaultdict(Counter)
        for event in self._events:
            for field, kind, _ in _plain_of(self._attributes["Event", event["id"]]):
                votes["event", _event_type(event), field][kind] += 1
        for label, rows in self._rows.items():
            for row in rows:
                for field, kind, _ in _plain_of(self._attributes[label, row["id"]]):
                    votes["object", self._types[label, row["id"]], field][kind] += 1
        for fact in self._rows.get("Fact", ()):
            if fact["id"] in self._changes:
                of = ("object", self._types[self._changes[fact["id"]][0]], fact["field"])
                if not votes[of] or fact["number"] is not None:  # type: ignore[index]
                    votes[of]["text" if fact["number"] is None else "int"] += 1  # type: ignore[index]
        kinds: dict[tuple[Of, str, str], str] = {}
        columns: dict[tuple[Of, str], set[str]] = defaultdict(lambda: set(_NEVER_COLUMNS))
        for (of_, type_, field), found in sorted(votes.items()):
            # Columns of SQLite are told apart without regard to case.
            if field.casefold() not in columns[of_, type_] and len(columns[of_, type_]) < _MOST_FIELDS:
                columns[of_, type_].add(field.casefold())
                kinds[of_, type_, field] = max(sorted(found), key=found.__getitem__)
        return kinds

    def _keep_fitting(self, key: bytes | None) -> None:
        """Leaves as changes those facts whose value is of the kind of the attribute."""
        for fact in self._rows.get("Fact", ()):
            if fact["id"] in self._changes:
                of = self._changes[fact["id"]][0]
                kind = self._kinds.get(("object", self._types[of], fact["field"]))
                whole = fact["number"] is not None
                text = str(fact["number"]) if whole else fact["value"]
                if (
                    kind is None
                    or (kind == "int") != whole
                    or not fits(kind, text)
                    or fact["field"].startswith(PREFIX)
                ):
                    del self._changes[fact["id"]]
        if key is not None:
            self._changes = self._with_own_ids(self._changes, key)

    def log(self) -> OcelLog:
        events: list[tuple[Any, ...]] = []
        event_values: list[tuple[Any, ...]] = []
        extra: dict[tuple[Of, str], dict[str, str]] = defaultdict(dict)
        for place, (event, (time, own)) in enumerate(zip(self._events, _times(self._events), strict=True)):
            type_ = _event_type(event)
            events.append((event["id"], type_, time))
            own += [(f"{PREFIX}{p.name}", kind_of(p), event[p.name]) for p in own_properties("Event")]
            values = self._values("event", type_, self._attributes["Event", event["id"]], own, extra)
            event_values += [(place, *value) for value in values]
        objects: list[tuple[Any, ...]] = []
        object_values: list[tuple[Any, ...]] = []
        places: dict[Key, int] = {}
        for label, rows in self._rows.items():
            for row in rows:
                of = (label, row["id"])
                if label == "Fact" and row["id"] in self._changes:
                    continue
                places[of] = len(objects)
                objects.append((self._names[of], self._types[of]))
                own = [(LABEL, "text", label)]
                own += [(ID, "text", row["id"])] if self._names[of] != row["id"] else []
                own += [(f"{PREFIX}{p.name}", kind_of(p), row[p.name]) for p in own_properties(label)]
                values = self._values("object", self._types[of], self._attributes[of], own, extra)
                object_values += [(places[of], *value, START) for value in values]
        for fact in _as_written(self._rows.get("Fact", ())):
            if fact["id"] in self._changes:
                of = self._changes[fact["id"]][0]
                kind = self._kinds["object", self._types[of], fact["field"]]
                text = str(fact["number"]) if fact["value"] is None else fact["value"]
                object_values.append((places[of], fact["field"], kind, text, utc_iso(fact["stated_at"])))
        object_values.sort(key=lambda value: value[0])
        return OcelLog(
            declared=self._declared(extra),
            events=_table(events, EVENTS),
            event_values=_table(event_values, EVENT_VALUES),
            objects=_table(objects, OBJECTS),
            object_values=_table(object_values, OBJECT_VALUES),
            event_objects=_table(self._relations(of_events=True), RELATIONS),
            object_objects=_table(self._relations(of_events=False), RELATIONS),
            strays=STRAYS.empty_table(),
        )

    def _values(
        self,
        of: Of,
        type_: str,
        attributes: Mapping[str, object],
        own: Iterable[tuple[str, str, object]],
        extra: dict[tuple[Of, str], dict[str, str]],
    ) -> Iterator[tuple[str, str, str]]:
        """Field, kind and text of each attribute; what no format gives back as it is, in one as JSON."""
        written = set()
        for field, kind, text in _plain_of(attributes):
            if self._kinds.get((of, type_, field)) == kind:
                written.add(field)
                yield field, kind, text
        rest = {name: value for name, value in attributes.items() if name not in written}
        for field, kind, value in (*own, (REST, "text", canonical(rest) if rest else None)):
            if value is not None:
                extra[of, type_][field] = kind
                yield field, kind, property_text(value)

    def _declared(self, extra: Mapping[tuple[Of, str], Mapping[str, str]]) -> pa.Table:
        fields: dict[tuple[Of, str], dict[str, str]] = {}
        for event in self._events:
            # Without objects, this tells that the archive wrote the log.
            fields.setdefault(("event", _event_type(event)), {LABEL: "text"})
        for type_ in self._types.values():
            fields.setdefault(("object", type_), {})
        for (of, type_, field), kind in self._kinds.items():
            fields.setdefault((of, type_), {})[field] = kind
        for named, more in extra.items():
            fields[named].update(more)
        rows: list[tuple[Any, ...]] = []
        for (of, type_), named_fields in sorted(fields.items()):
            rows.append((of, type_, None, None))
            rows += [(of, type_, field, kind) for field, kind in sorted(named_fields.items())]
        return _table(rows, DECLARED)

    def _relations(self, *, of_events: bool) -> list[tuple[Any, ...]]:
        found = []
        for type_, table in sorted(self._selected.links.items()):
            for link in table.to_pylist():
                ends = [(link.pop(f"{end}_label"), link.pop(f"{end}_id")) for end in ("from", "to")]
                change = ends[0][0] == "Fact" and ends[0][1] in self._changes
                if (ends[0][0] == "Event") != of_events or change:
                    continue
                name = ends[0][1] if of_events else self._names[ends[0]]
                text = relation_text(type_, ends[0][0], ends[1][0], link)
                found.append((name, self._names[ends[1]], text))
        return found


def _plain_of(attributes: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for name, value in attributes.items():
        said = plain(value)
        if said is not None and name and not name.startswith(PREFIX) and "\0" not in name:
            yield name, *said


def _type(label: str, row: Row) -> str:
    """The type of an object for readers: what its source called it, or its label."""
    said = json.loads(row.get("attributes") or "{}").get("ocel:type")
    if label == "Object":
        said = row["type"]
    elif label in ("Actor", "Unit"):
        said = row["kind"]
    return said if isinstance(said, str) and said else label


def _event_type(event: Row) -> str:
    return event["activity"] or NAMELESS


def _times(events: Sequence[Row]) -> list[tuple[str | None, list[tuple[str, str, object]]]]:
    """The time of each event, and what it does not say by itself."""
    texts = [None if e["at"] is None else iso(e["at"], e["offset"], "millisecond") for e in events]
    read = parse(pa.array(texts, pa.string()), midnight_exact=True)
    found = []
    for event, text, offset, precision in zip(
        events, texts, read.offset.to_pylist(), read.precision.to_pylist(), strict=True
    ):
        own: list[tuple[str, str, object]] = []
        if precision != event["precision"]:
            own.append((PRECISION, "text", event["precision"] or "none"))
        if offset != event["offset"]:
            own.append((OFFSET, "int", -1 if event["offset"] is None else event["offset"]))
        found.append((text, own))
    return found


def _as_written(facts: Iterable[Row]) -> list[Row]:
    """Facts in the order of their source, by which equal ones are counted."""
    return sorted(facts, key=lambda fact: (fact["since"], fact["source_row"] or 0, fact["id"]))


def _fact_ids(facts: list[Row], found: Mapping[str, tuple[Key, str]], key: bytes) -> list[str | None]:
    """The ids that these facts get as changes of attributes, in the order of `facts`."""
    given: dict[str, str] = {}
    by_system: dict[str, list[Row]] = defaultdict(list)
    for fact in _as_written(facts):
        by_system[found[fact["id"]][0][1].partition(":")[0]].append(fact)
    for system, of in by_system.items():
        ids = ids_of_values(
            pa.array([found[fact["id"]][1] for fact in of], pa.string()),
            pa.array([fact["stated_at"] for fact in of], pa.int64()),
            pa.array([found[fact["id"]][0][1] for fact in of], pa.string()),
            pa.array([fact["field"] for fact in of], pa.string()),
            system,
            key,
        )
        given |= dict(zip((fact["id"] for fact in of), ids.to_pylist(), strict=True))
    return [given.get(fact["id"]) for fact in facts]


def _links(selected: Selection, type_: str) -> list[Row]:
    table = selected.links.get(type_)
    return table.to_pylist() if table is not None else []


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
