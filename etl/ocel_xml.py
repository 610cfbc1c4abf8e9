"""OCEL 2.0 in XML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from etl.file_bytes import open_bytes
from etl.ocel_log import LogTables, OcelLog, Of
from etl.xml_source import ended_elements, first_elements, malformed
from graph.errors import UnreadableInput

EXPORT_AGAIN = "Export the log again as OCEL 2.0."
PARTS = {"object-types": "object-type", "event-types": "event-type", "objects": "object", "events": "event"}
RECORDS = {"object-type", "event-type", "object", "event"}


def read_ocel_xml(path: Path) -> OcelLog:
    """The log in an XML file, plain or gzip, record by record.

    Elements that OCEL does not know are left out, with a remark.

    Raises UnreadableInput, with the line, for what is no well-formed XML or no OCEL 2.0, is cut off, has a
    document type declaration (refused before any entity of it is read), an attribute without a name, or a
    type without one or declared twice or only after the records.
    """
    [(namespace, root)] = first_elements(path, "OCEL log in XML")
    if root != "log":
        raise UnreadableInput(
            f"{path} is XML, but no OCEL log: its root is <{root}> and not <log>.", "Check that it is the right file."
        )
    with open_bytes(path) as source:
        return _Reader(path, f"{{{namespace}}}" if namespace else "").read(source)


class _Reader:
    def __init__(self, path: Path, namespace: str) -> None:
        self._path, self._namespace = path, namespace
        self._log = LogTables(path)
        self._foreign: set[str] = set()
        self._types: dict[Of, set[str]] = {"event": set(), "object": set()}
        self._records_began = False

    def read(self, source: BinaryIO) -> OcelLog:
        parser = ended_elements(source, *(self._namespace + name for name in RECORDS), blank_text=True)
        before = None
        try:
            for _, element in parser:
                if not self._is_record(element):
                    continue
                # A record may go only when the parser is past it: each one at the end of the next.
                if before is not None:
                    before.getparent().remove(before)
                before = element
                self._take(element)
        except etree.XMLSyntaxError as error:
            raise malformed(self._path, error, parser.error_log) from error
        self._check_parts(parser.root)
        if self._foreign:
            names = ", ".join(f"<{name}>" for name in sorted(self._foreign))
            self._log.remarks.append(f"Elements that OCEL does not know were left out: {names}.")
        return self._log.log()

    def _check_parts(self, root: Any) -> None:
        there = [self._name(child) for child in root]
        missing = [part for part in PARTS if part not in there]
        if missing:
            names = ", ".join(f"<{name}>" for name in missing)
            raise UnreadableInput(f"{self._path} is no OCEL 2.0 log: its <log> has no {names}.", EXPORT_AGAIN)
        self._foreign |= {name for name in there if name not in PARTS}

    def _is_record(self, element: Any) -> bool:
        """Whether it stands in its part of the log; what has the name of a record elsewhere is none."""
        name, part = self._name(element), element.getparent()
        log = None if part is None else part.getparent()
        if log is not None and log.getparent() is None and PARTS.get(self._name(part)) == name:
            return True
        if not element.get("object-id"):
            self._foreign.add(name)
        return False

    def _take(self, element: Any) -> None:
        name = self._name(element)
        if name == "object":
            self._object(element)
        elif name == "event":
            self._event(element)
        else:
            self._type("object" if name == "object-type" else "event", element)

    def _type(self, of: Of, element: Any) -> None:
        name = self._named(element)
        if name in self._types[of] or self._records_began:
            what = "stands after the records" if self._records_began else "is declared twice"
            raise UnreadableInput(
                f"{self._path} line {element.sourceline}: the {of} type {name!r} {what}.", EXPORT_AGAIN
            )
        self._types[of].add(name)
        attributes = [(self._named(a), a.get("type") or "string") for a in self._inner(element, "attributes")]
        self._log.declare(of, name, attributes)

    def _object(self, element: Any) -> None:
        self._records_began = True
        id_, type_ = element.get("id") or None, element.get("type") or None
        place = self._log.record("object", id_, type_)
        for one in self._inner(element, "attributes"):
            self._log.object_value(place, type_, self._named(one), self._value(one), one.get("time") or None)
        self._relations("object", id_, element)

    def _event(self, element: Any) -> None:
        self._records_began = True
        id_, type_ = element.get("id") or None, element.get("type") or None
        place = self._log.record("event", id_, type_, element.get("time") or None)
        for one in self._inner(element, "attributes"):
            self._log.event_value(place, type_, self._named(one), self._value(one))
        self._relations("event", id_, element)

    def _relations(self, of: Of, id_: str | None, element: Any) -> None:
        for one in self._inner(element, "objects"):
            self._log.relation(of, id_, one.get("object-id") or None, one.get("qualifier") or None)

    def _inner(self, element: Any, part: str) -> Iterator[Any]:
        """The <attribute>s or <relationship>s of a record; exporters have other names for the latter."""
        for child in element:
            name = self._name(child)
            if name == part:
                for one in child:
                    inner = self._name(one)
                    if (
                        inner == "attribute"
                        if part == "attributes"
                        else inner == "relationship" or one.get("object-id")
                    ):
                        yield one
                    else:
                        self._foreign.add(inner)
            elif name not in ("attributes", "objects"):
                self._foreign.add(name)

    def _named(self, element: Any) -> str:
        name: str = element.get("name") or ""
        if not name:
            raise UnreadableInput(
                f"{self._path} line {element.sourceline}: a <{self._name(element)}> has no name.", EXPORT_AGAIN
            )
        return name

    def _value(self, element: Any) -> str | None:
        if len(element):
            self._foreign |= {self._name(child) for child in element}
        return element.text or None

    def _name(self, element: Any) -> str:
        return str(element.tag).removeprefix(self._namespace)
