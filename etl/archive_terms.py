"""How records of the archive are said in logs that `dossier export` writes, and read again from them.

Names that begin with `dossier:` are attributes for which event logs have no word. docs/export.md lists them.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from etl.source_rows import Kind
from etl.xes_attributes import CHECKS
from graph.canonical import canonical
from graph.schema import NODE, RELATIONSHIP, Property

PREFIX = "dossier:"
LABEL, ID, REST = f"{PREFIX}label", f"{PREFIX}id", f"{PREFIX}attributes"
PRECISION, OFFSET, NAMELESS = f"{PREFIX}precision", f"{PREFIX}offset", f"{PREFIX}nameless"
# What stands elsewhere: in the type, the time, the flattened attributes.
OF_EVENTS = ("activity", "at", "offset", "precision", "attributes")
START = "1970-01-01T00:00:00Z"
NAMED_TYPES = ("RECEIVED", "USED", "PRODUCED", "STATES", "ABOUT", "CONCERNS", "APPLIED", "BY", "PAYS")
_PLACED = ("sort_at", "seq")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?")
_NAMED = re.compile(rf"({'|'.join(NAMED_TYPES)})(?:: (.*))?", re.DOTALL)
_KIND_OF_TYPE: dict[str, Kind] = {
    "text": "text",
    "json": "text",
    "integer": "int",
    "instant": "int",
    "boolean": "boolean",
    "real": "float",
}


def plain(value: object) -> tuple[Kind, str] | None:
    """Kind and text of an attribute (as `attributes` holds it) that each format writes and gives back as it is; None
    for any other, such as one with attributes of its own, a null, or a number with more digits than a float has."""
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int):
        return ("int", str(value)) if -(2**63) <= value < 2**63 else None
    if isinstance(value, str):
        return ("text", value) if value and "\0" not in value else None
    if isinstance(value, dict) and len(value) == 1:
        ((kind, text),) = value.items()
        if isinstance(text, str) and fits(kind, text):
            return kind, text
    return None


def fits(kind: str, text: str) -> bool:
    """Whether a text of a kind comes back from each format as it is."""
    if kind == "text":
        return bool(text) and "\0" not in text
    if kind == "date":
        return _DATE.fullmatch(text) is not None
    if kind == "boolean":
        return text in ("true", "false")
    if kind == "float":
        # SQLite keeps no sign of a zero.
        return (
            bool(CHECKS["float"](text))
            and math.isfinite(float(text))
            and repr(float(text)) == text
            and text != "-0.0"
        )
    return kind == "int" and bool(CHECKS["int"](text)) and str(int(text)) == text


def attribute(kind: str, text: str) -> object:
    """The attribute of which `plain` gives this kind and text."""
    if kind == "int":
        return int(text)
    if kind == "boolean":
        return text == "true"
    return text if kind == "text" else {kind: text}


def kind_of(p: Property) -> Kind:
    """The kind of a property as an attribute."""
    return _KIND_OF_TYPE[p.type]


def property_text(value: object) -> str:
    """The value of a property as an attribute."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def property_value(p: Property, text: str) -> object:
    """The value of a property that an attribute says. Raises ValueError where it is none."""
    if p.type == "boolean":
        return text == "true"
    if p.type == "real":
        return float(text)
    return int(text) if p.type in ("integer", "instant") else text


def own_properties(label: str) -> tuple[Property, ...]:
    """The properties of a label that are attributes with the prefix."""
    aside = OF_EVENTS if label == "Event" else ("attributes",)
    return tuple(p for p in NODE[label].content if p.name not in aside)


def usual_type(from_label: str, to_label: str) -> str:
    """What a relation between two labels is where it says nothing else."""
    if from_label != "Event":
        return "RELATED"
    return {"Case": "IN_CASE", "Actor": "BY", "Unit": "IN_UNIT"}.get(to_label, "TOUCHED")


def relation_text(type_: str, from_label: str, to_label: str, said: dict[str, Any]) -> str | None:
    """A link as the qualifier of a relation: its own qualifier, or `TYPE: qualifier`, or all of it as JSON."""
    given = {n: v for n, v in said.items() if v is not None and n not in _PLACED}
    word = {"BY": "role", "APPLIED": "role"}.get(type_, "qualifier")
    for text, type_of in (
        (given.get("qualifier"), usual_type(from_label, to_label)),
        (f"{type_}: {given[word]}" if given.get(word) else type_, type_),
    ):
        if type_of == type_ and relation_of(text, from_label, to_label) == (type_, given):
            return text
    return f"{PREFIX}{canonical({'type': type_, **given})}"


def relation_of(text: str | None, from_label: str, to_label: str) -> tuple[str, dict[str, Any]]:
    """Type and properties of the link that a qualifier says."""
    if text is not None and text.startswith(PREFIX):
        try:
            said = json.loads(text.removeprefix(PREFIX))
        except json.JSONDecodeError:
            said = None
        if isinstance(said, dict) and said.get("type") in RELATIONSHIP:
            names = {p.name for p in RELATIONSHIP[said["type"]].properties}
            return said["type"], {n: v for n, v in said.items() if n in names}
    named = _NAMED.fullmatch(text or "")
    if named is not None:
        type_, word = named[1], "role" if named[1] in ("BY", "APPLIED") else "qualifier"
        if word in {p.name for p in RELATIONSHIP[type_].properties} or named[2] is None:
            return type_, {word: named[2]} if named[2] else {}
    return usual_type(from_label, to_label), {"qualifier": text} if text else {}
