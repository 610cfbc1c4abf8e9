"""A selection as an XES log (IEEE 1849): a trace for each case, an event for each event of it."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from etl.archive_terms import PREFIX
from etl.export.order import events_in_order
from etl.mapping import ARCHIVE_NAMES, STANDARD_NAMES
from etl.xes_attributes import KINDS
from graph.errors import ExportFailed
from graph.identifiers import natural_id
from graph.instants import iso, parse, utc_iso
from graph.selection import Selection

_TAGS: dict[str, str] = {kind: tag for tag, kind in KINDS.items()}
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Identity", "identity", "http://www.xes-standard.org/identity.xesext"),
)
_OF_CASES = ("case", "item", "region", "channel", "accepted", "matter")
_INSTANTS = ("instant", "recorded", "accepted")
Row = dict[str, Any]


class XesLog:
    """The log of one system. `left_out` counts, by what they are, what XES cannot say; `remarks` are sentences."""

    def __init__(self, selected: Selection, system: str) -> None:
        self.left_out: Counter[str] = Counter()
        self.remarks: list[str] = []
        self._system = system
        self._selected = selected
        self._cases: list[Row] = selected.nodes["Case"].to_pylist() if "Case" in selected.nodes else []
        self._events = {event["id"]: event for event in events_in_order(selected)}
        self._of_case = self._events_of_cases()
        self._actors = self._parties("BY", "Actor")
        self._units = self._parties("IN_UNIT", "Unit")
        self._matters = self._matters_of_cases()
        self._names = {field: self._name(field) for field in ARCHIVE_NAMES}
        self._count_others()

    def _matters_of_cases(self) -> dict[str, str]:
        """The number of the matter of each case; of a case in several only the first can be said."""
        names = {row["id"]: row["name"] for row in self._rows_of("Matter")}
        found: dict[str, str] = {}
        table = self._selected.links.get("PART_OF")
        for row in sorted(table.to_pylist(), key=lambda one: one["to_id"]) if table is not None else ():
            if row["from_id"] in found or not names.get(row["to_id"]):
                self.left_out["PART_OF"] += 1
            else:
                found[row["from_id"]] = names[row["to_id"]]
        return found

    def _rows_of(self, label: str) -> list[Row]:
        return self._selected.nodes[label].to_pylist() if label in self._selected.nodes else []

    def _events_of_cases(self) -> dict[str, list[str]]:
        cases_of: dict[str, set[str]] = defaultdict(set)
        table = self._selected.links.get("IN_CASE")
        for row in table.to_pylist() if table is not None else ():
            cases_of[row["from_id"]].add(row["to_id"])
            self.left_out["qualifiers of cases"] += row["qualifier"] is not None
        found: dict[str, list[str]] = defaultdict(list)
        for id_ in self._events:
            for case in sorted(cases_of.get(id_, ())):
                found[case].append(id_)
            self.left_out["events in no case"] += id_ not in cases_of
            self.left_out["repetitions of events in several cases"] += max(0, len(cases_of.get(id_, ())) - 1)
        return found

    def _parties(self, type_: str, label: str) -> dict[str, tuple[str | None, str | None]]:
        """Name and role of the actor or unit of each event; of several the first by id."""
        names = {}
        if label in self._selected.nodes:
            for row in self._selected.nodes[label].to_pylist():
                names[row["id"]] = row["name"]
                self.left_out[f"kinds of {label}s"] += row["kind"] is not None
        found: dict[str, tuple[str | None, str | None]] = {}
        table = self._selected.links.get(type_)
        for row in table.to_pylist() if table is not None else ():
            name = names.get(row["to_id"])
            if row["from_id"] in found or name is None:
                self.left_out[f"further {label}s of events"] += 1
            else:
                found[row["from_id"]] = (name, row.get("role"))
            self.left_out[f"qualifiers of {label}s"] += row["qualifier"] is not None
        return found

    def _name(self, field: str) -> str:
        """The key of a field: a standard one, or that of the archive where an attribute has the standard one."""
        own, *standard = (name.removeprefix("case:") for name in STANDARD_NAMES[field])
        # A log in which nobody acts must not have its attribute `Resource` taken for who did.
        named = {"actor": self._actors, "unit": self._units}.get(field, True)
        taken = standard[:1] if named else standard
        records = self._cases if field in _OF_CASES else self._events.values()
        if not standard or any(f'"{name}":' in (row["attributes"] or "") for row in records for name in taken):
            return own
        return standard[0]

    def _count_others(self) -> None:
        said = {"Case", "Event", "Actor", "Unit", "ServiceItem", "Matter"}
        for label, table in self._selected.nodes.items():
            if label not in said:
                self.left_out[label] += table.num_rows
        for type_, table in self._selected.links.items():
            if type_ not in ("IN_CASE", "BY", "IN_UNIT", "OF_ITEM", "PART_OF"):
                self.left_out[type_] += table.num_rows
        self.left_out = Counter({what: count for what, count in self.left_out.items() if count})

    def write(self, path: Path, *, packed: bool) -> None:
        """Writes the log, in gzip where it is `packed`; raises ExportFailed where it holds what XML cannot."""
        opened = gzip.GzipFile(path, "wb", mtime=0) if packed else path.open("wb")
        with opened as file, etree.xmlfile(file, encoding="utf-8") as document:
            document.write_declaration()
            head = {"xes.version": "1849-2016", "xes.features": "nested-attributes"}
            with document.element("log", head, nsmap={None: "http://www.xes-standard.org/"}):
                for name, prefix, uri in _EXTENSIONS:
                    document.write(etree.Element("extension", name=name, prefix=prefix, uri=uri))
                first = True
                for case in self._cases:
                    document.write(self._trace(case, first=first))
                    first = first and not self._of_case.get(case["id"])

    def _trace(self, case: Row, *, first: bool) -> Any:
        element = etree.Element("trace")
        fields = {
            "case": self._natural(case["id"]),
            "item": case["item_id"],
            "region": case["region"],
            "channel": case["channel"],
            "accepted": None if case["accepted_at"] is None else utc_iso(case["accepted_at"]),
            "matter": self._matters.get(case["id"]),
        }
        self._say(element, fields, case)
        for number, id_ in enumerate(self._of_case.get(case["id"], ())):
            element.append(self._event(self._events[id_], declares=first and number == 0))
        return element

    def _event(self, event: Row, *, declares: bool) -> Any:
        element = etree.Element("event")
        actor, role = self._actors.get(event["id"], (None, None))
        fields = {
            "event": self._natural(event["id"]),
            "activity": event["activity"],
            "lifecycle": event["lifecycle"],
            "instant": None if event["at"] is None else _instant(event),
            "recorded": None if event["recorded_at"] is None else utc_iso(event["recorded_at"]),
            "actor": actor,
            "role": role,
            "unit": self._units.get(event["id"], (None, None))[0],
            "stage": event["stage"],
            "outcome": event["outcome"],
        }
        self._say(element, fields, event)
        if declares:
            # An attribute with a standard name is none of that field where the log has its own name for it.
            for field, name in self._names.items():
                if field not in _OF_CASES and name.startswith(PREFIX) and not fields[field]:
                    etree.SubElement(element, "string", key=name, value="")
        return element

    def _say(self, element: Any, fields: Mapping[str, str | None], record: Row) -> None:
        try:
            for field, text in fields.items():
                if text is not None:
                    tag = "date" if field in _INSTANTS else "id" if self._names[field] == "identity:id" else "string"
                    etree.SubElement(element, tag, key=self._names[field], value=text)
            for key, value in json.loads(record["attributes"] or "{}").items():
                self._attribute(element, key, value)
        except ValueError as error:
            raise ExportFailed(
                f"{record['id']} holds a character that XML cannot: {error}.",
                "Write OCEL in JSON instead: it holds every character.",
            ) from error

    def _attribute(self, parent: Any, key: str, value: object) -> None:
        """An attribute as `attributes` has it: a text, an integer, a truth value, or its kind with its text."""
        if value is None:
            self.left_out["nulls in attributes"] += 1
        elif isinstance(value, bool):
            etree.SubElement(parent, "boolean", key=key, value="true" if value else "false")
        elif isinstance(value, int):
            etree.SubElement(parent, "int", key=key, value=str(value))
        elif isinstance(value, str):
            etree.SubElement(parent, "string", key=key, value=value)
        else:
            self._described(parent, key, value)

    def _described(self, parent: Any, key: str, described: object) -> None:
        kind = next(
            (k for k in (*_TAGS, "container", "list") if isinstance(described, dict) and k in described), None
        )
        if kind is None or not isinstance(described, dict):
            self.left_out["attributes that are none of XES"] += 1
            return
        element = etree.SubElement(parent, _TAGS.get(kind, kind), key=key)
        said = described[kind]
        if kind == "list":
            values = etree.SubElement(element, "values")
            for item in said:
                self._described(values, item["key"], {n: v for n, v in item.items() if n != "key"})
        elif kind == "container":
            for name, child in said.items():
                self._described(element, name, child)
        elif said is not None:
            element.set("value", said)
        for name, child in described.get("nested", {}).items():
            self._described(element, name, child)

    def _natural(self, id_: str) -> str:
        natural = id_.removeprefix(f"{self._system}:")
        if natural_id(b"", self._system, natural) != id_:
            self.left_out["ids that come in as others"] += 1
        return natural

    def precision_remarks(self) -> Iterator[str]:
        """Says which instants come in less or more precise than they are."""
        events = [e for e in self._events.values() if e["at"] is not None]
        texts = pa.array([_instant(e) for e in events], pa.string())
        for exact in (False, True):
            read = parse(texts, midnight_exact=exact)
            wrong = sum(
                (at, east, how) != (e["at"], e["offset"], e["precision"])
                for e, at, east, how in zip(
                    events, read.at_ms.to_pylist(), read.offset.to_pylist(), read.precision.to_pylist(), strict=True
                )
            )
            if not wrong:
                if exact:
                    yield "Midnight is exact in this log: load it with a mapping that says `midnight: exact`."
                return
        yield f"{wrong:,} instants come in with another precision or offset than they have: XES cannot say it."


def _instant(event: Row) -> str:
    """The instant as precise as it is; a day as its midnight, since XES has dates with times only."""
    return iso(event["at"], event["offset"], "second" if event["precision"] == "day" else event["precision"])
