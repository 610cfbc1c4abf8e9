"""XES logs (IEEE 1849-2016 and 1849-2023, OpenXES 1.0) to rows: one per event, attributes as columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from lxml import etree

from etl.file_bytes import open_bytes
from etl.source_rows import REFUSED, SourceRows
from etl.xes_attributes import (
    COLLECTIONS,
    KINDS,
    AttributeColumns,
    AttributeReader,
    Fault,
    free_name,
)
from etl.xml_source import ended_elements, first_elements, malformed
from graph.canonical import canonical
from graph.errors import UnreadableInput

LOG_PARTS = ("extension", "global", "classifier", "trace", "event")


def read_xes(path: Path) -> SourceRows:
    """The events of an XES log, plain or gzip, in the order of the file, every value as the text there.

    One column per scope, key and kind, those of the traces (scope `case`, dictionary-encoded) before those
    of the events. '' and a missing value are null; the same key a second time in one element is called
    `key~2`. Defaults of `<global>` are not applied. `numbers` count every event of the file from 1,
    `empty_numbers` every trace.

    The kind is the element's name, `text` for string. Lists, containers and attributes that have attributes
    of their own are kind `nested`, as canonical JSON (keys sorted, no blanks, values as text or null):

    - attribute: `{"int":"3","nested":{"child key":{"text":"x"}}}`
    - container: `{"container":{"key":{"date":"2026-01-01T00:00:00Z"}}}`
    - list: `{"list":[{"key":"k","text":"x"},…]}`, its items in `<values>` or, in older logs, directly below;
      beside `<values>`, further attributes are `nested`.

    Refused, each with its element's text, are events outside a trace, and events with an int, float or
    boolean that is none (an int of more than 64 bits too), an attribute without a key, or an element that
    is no attribute; where this befalls a trace, all its events (a trace without events: itself, under the
    number of the trace).

    `header` is `{"attributes":{…},"classifiers":[…],"extensions":[…],"globals":[…],"log":{…}}`: attributes by
    key as above, of each global too (`{"attributes":{…},"scope":"trace"}`), the rest as the XML has it.

    Raises UnreadableInput for a file that is no well-formed XML or no XES, is cut off, or has a document
    type declaration: it is refused before any entity of it is read.
    """
    namespace = _namespace(path)
    late: dict[int, str] = {}
    while True:
        log = _Log(path, namespace, late)
        with open_bytes(path) as source:
            header = log.read(source)
        if not log.late:
            return log.rows(header)
        late |= log.late


def _namespace(path: Path) -> str:
    """`{namespace}` of the log, or ''; refuses another root, and any document type declaration before it."""
    [(namespace, local)] = first_elements(path, "XES log")
    if local != "log":
        raise UnreadableInput(
            f"{path} is XML, but no XES log: its root is <{local}> and not <log>.",
            "Check that it is the right file, and export it as XES or CSV.",
        )
    return f"{{{namespace}}}" if namespace else ""


class _Log:
    """One pass over a log. `late` are faults of traces found after some of their events were taken."""

    def __init__(self, path: Path, namespace: str, known: Mapping[int, str]) -> None:
        self.late: dict[int, str] = {}
        self._path, self._namespace, self._known = path, namespace, known
        self._event, self._trace = f"{namespace}event", f"{namespace}trace"
        self._reader = AttributeReader(namespace)
        self._events, self._cases, self._empties = (AttributeColumns(namespace) for _ in range(3))
        self._event_numbers, self._case_sizes, self._empty_numbers = array("q"), array("q"), array("q")
        self._refused: list[tuple[int, str, str]] = []
        self._remarks: list[str] = []

    def read(self, source: BinaryIO) -> str:
        """Takes the whole log in and gives what it says about itself, as JSON."""
        parser = ended_elements(source, self._event, self._trace, blank_text=False)
        try:
            self._read_traces(element for _, element in parser)
        except etree.XMLSyntaxError as error:
            raise malformed(self._path, error, parser.error_log) from error
        return self._header(parser.root)

    def _read_traces(self, elements: Iterator[Any]) -> None:
        number = trace_number = taken = 0
        trace = before = fault = None
        for element in elements:
            # An element may go only when the parser is past it: each one at the end of the next.
            if before is not None:
                before.getparent().remove(before)
            before = element
            if element.tag == self._event:
                number += 1
                parent = element.getparent()
                if parent is None or parent.tag != self._trace:
                    self._refuse(number, element, "an event outside a trace")
                    continue
                if parent is not trace:
                    self._in_log(parent)
                    trace, taken, trace_number = parent, 0, trace_number + 1
                    fault = self._trace_fault(trace, trace_number)
                taken += self._take_event(number, element, fault)
            elif element is trace:
                self._end_trace(trace, trace_number, taken)
                trace = None
            else:
                self._in_log(element)
                trace_number += 1
                self._take_empty(trace_number, element)

    def _in_log(self, trace: Any) -> None:
        log = trace.getparent()
        if log is None or log.getparent() is not None:
            raise UnreadableInput(
                f"{self._path} line {trace.sourceline}: a <trace> that is not directly in <log>.",
                "Export the log again; traces do not hold traces.",
            )

    def _trace_fault(self, trace: Any, number: int) -> str | None:
        """What is wrong with the attributes before the first event, or was found wrong in another pass."""
        if number in self._known:
            return self._known[number]
        try:
            self._reader.mapping(takewhile(lambda child: child.tag != self._event, trace))
        except Fault as fault:
            return _of_trace(number, fault)
        return None

    def _take_event(self, number: int, event: Any, fault: str | None) -> bool:
        if fault is None:
            try:
                self._events.add(event)
            except Fault as own:
                fault = str(own)
            else:
                self._event_numbers.append(number)
                return True
        self._refuse(number, event, fault)
        return False

    def _end_trace(self, trace: Any, number: int, taken: int) -> None:
        if not taken:
            return
        try:
            self._cases.add(child for child in trace if child.tag != self._event)
        except Fault as fault:
            self.late[number] = _of_trace(number, fault)
        else:
            self._case_sizes.append(taken)

    def _take_empty(self, number: int, trace: Any) -> None:
        try:
            self._empties.add(trace)
        except Fault as fault:
            self._refuse(number, trace, f"trace {number}, without events: {fault}")
        else:
            self._empty_numbers.append(number)

    def _refuse(self, number: int, element: Any, reason: str) -> None:
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        self._refused.append((number, text, reason))

    def _header(self, root: Any) -> str:
        """What the log says about itself; raises UnreadableInput where nothing in it is of XES."""
        parts: dict[str, list[Any]] = {name: [] for name in LOG_PARTS}
        attributes, foreign = [], []
        for child in root:
            name = self._reader.name(child)
            if name in parts:
                parts[name].append(child)
            elif name in KINDS or name in COLLECTIONS:
                attributes.append(child)
            else:
                foreign.append(name)
        if foreign:
            names = ", ".join(f"<{name}>" for name in dict.fromkeys(foreign))
            if not any(parts.values()):
                raise UnreadableInput(
                    f"{self._path} is XML, but no XES log: its <log> holds {names}.",
                    "Check that it is the right file, and export it as XES or CSV.",
                )
            self._remarks.append(f"Elements of the log that are not of XES were left out: {names}.")
        return canonical(
            {
                "attributes": self._said(attributes),
                "classifiers": [dict(part.attrib) for part in parts["classifier"]],
                "extensions": [dict(part.attrib) for part in parts["extension"]],
                "globals": [{"attributes": self._said(part), "scope": part.get("scope")} for part in parts["global"]],
                "log": dict(root.attrib),
            }
        )

    def _said(self, attributes: Iterable[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for attribute in attributes:
            try:
                described = self._reader.described(attribute)
            except Fault as fault:
                self._remarks.append(f"In the log's header, {fault}; it was left out.")
            else:
                found[free_name(attribute.get("key"), found)] = described
        return found

    def rows(self, header: str) -> SourceRows:
        """Everything taken in."""
        case_of_event = pa.array(np.repeat(np.arange(len(self._case_sizes)), self._case_sizes), pa.int64())
        cases = [
            replace(column, values=_per_event(column.values, case_of_event))
            for column in self._cases.columns("case", self._path)
        ]
        return SourceRows(
            columns=(*cases, *self._events.columns("event", self._path)),
            numbers=pa.array(self._event_numbers, pa.int64()),
            refused=pa.table(list(map(list, zip(*self._refused, strict=True))) or [[], [], []], schema=REFUSED),
            empty_cases=tuple(self._empties.columns("case", self._path)),
            empty_numbers=pa.array(self._empty_numbers, pa.int64()),
            remarks=tuple(self._remarks),
            header=header,
        )


def _of_trace(number: int, fault: Fault) -> str:
    return f"trace {number}, to which the event belongs: {fault}"


def _per_event(values: pa.Array, case_of_event: pa.Array) -> pa.DictionaryArray:
    """The trace's value for each of its events; the texts themselves are not copied."""
    coded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices.take(case_of_event), coded.dictionary)
