"""Changes behind the system's back, each with the record that has to be named for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from graph.evidence.findings import Found
from graph.evidence.parts import part_of_links, part_of_property
from graph.evidence.reading import SEALED_LABELS
from graph.schema import NODE, RELATIONSHIP, RELATIONSHIPS, Property
from tests.graph.evidence.grown import FOLDER
from tests.graph.evidence.raw import Held, Raw, properties_of

Name = tuple[str, str]
"""Label and id of a record, or type and ends of a link."""

_ENDS = ("from_label", "from_id", "to_label", "to_id")
_DERIVED = tuple(link.type for link in RELATIONSHIPS if link.kind == "derived" and link.type != "FOUND")
_LINKS = tuple(link.type for link in RELATIONSHIPS if link.type != "FOUND")
_CLOCK = frozenset({"load", "since", "withdrawn", "salt", "withdrawal_salt", "from_load", "to_load"})
# What proves nothing: until when the lease of a load ran, and which load derived what stands.
_UNPROVED = frozenset({("Load", "lease_until"), *((type_, "load") for type_ in _DERIVED)})


# What nothing can be derived from, or no load found in, once it is not readable any more.
_READABLE = {
    ("Load", "state"): ("abandoned", "open"),
    ("ItemVersion", "valid_from"): ("2009-01-01", "2009-01-02"),
    ("MaterialType", "synonyms"): ('["kind z"]', "[]"),
}


@dataclass(frozen=True)
class Change:
    """One change: any of `names` has to be found (all of them where `each`), and `part`; `beside` may be found too:
    on Neo4j a record takes its links with it, and these belong to others."""

    what: str
    names: frozenset[Name]
    part: str | None = None
    each: bool = False
    beside: frozenset[Name] = frozenset()

    def is_named(self, found: Iterable[Found]) -> bool:
        told = {name for name in self.names if any(_is(name, one) and self._has_part(one) for one in found)}
        return told == self.names if self.each else bool(told)

    def _has_part(self, one: Found) -> bool:
        return self.part is None or one.kind in ("missing", "inserted") or self.part in one.parts


def _is(name: Name, one: Found) -> bool:
    id_ = one.id or ""
    return one.label == name[0] and (id_ == name[1] or id_.startswith(f"{name[1]}@"))


def unexplained(found: Iterable[Found], changes: Iterable[Change]) -> list[Found]:
    """Alarms about what nothing was done to. What is derived from a changed record may be found with it."""
    names = {name for change in changes for name in change.names}
    ids = {id_ for _, id_ in names}
    names |= {name for change in changes for name in change.beside}
    return [
        one
        for one in found
        if one.parts != ["derived"]
        and not any(_is(name, one) for name in names)
        and not any(id_ in (one.id or "") for id_ in ids)
    ]


class Tamperer:
    """Changes different records of a store; what was changed, or stands beside it, is left alone afterwards."""

    def __init__(self, raw: Raw, chance: Random, *, moves_labels: bool) -> None:
        self._raw = raw
        self._chance = chance
        self._moves_labels = moves_labels
        self._tables = {name: raw.rows(name) for name in (*SEALED_LABELS, "Version", "Load", *_LINKS)}
        self._used: set[Name] = set()
        self._beside: dict[Name, set[Name]] = defaultdict(set)
        for type_ in _LINKS:
            for held in self._tables[type_]:
                one, other = (held["from_label"], held["from_id"]), (held["to_label"], held["to_id"])
                self._beside[one].add(other)
                self._beside[other].add(one)
        self._last = max(held["number"] for held in self._tables["Load"])
        self._names = {name: rows for name, rows in self._tables.items() if rows}

    def missing_kinds(self) -> set[str]:
        """Labels and types of which there is nothing to change."""
        return self._tables.keys() - self._names.keys()

    # Which record

    def _records_of(self, name: str, held: Held) -> frozenset[Name]:
        """What may be named for a row."""
        if name == "Version":
            return frozenset({(held["label"], held["of_id"]), ("Version", held["id"])})
        if name in NODE:
            return frozenset({(name, held["id"])})
        end = RELATIONSHIP[name].stated_by or "from"
        ends = ":".join(held[end_] for end_ in _ENDS)
        return frozenset({(held[f"{end}_label"], held[f"{end}_id"]), (name, ends)})

    def _chosen(
        self, name: str, fits: Callable[[Held], bool] = lambda _: True, *, alone: bool = False
    ) -> Held | None:
        """A row that was not touched, `alone` with nothing touched beside it."""
        rows = self._names.get(name, [])
        for _ in range(200):
            if not rows:
                return None
            held = self._chance.choice(rows)
            names = self._records_of(name, held)
            beside = set().union(*(self._beside[one] for one in names)) if alone else set()
            if not fits(held) or (names | beside) & self._used or (name == "Load" and held["number"] == self._last):
                continue
            self._used |= names | beside
            return held
        return None

    def _taken_along(self, names: Iterable[Name]) -> frozenset[Name]:
        return frozenset() if self._moves_labels else frozenset().union(*(self._beside[one] for one in names))

    # Values

    def _other(self, p: Property, value: Any) -> Any:
        """Another value of a property, near or far."""
        if value is not None and self._chance.random() < 0.2:
            return None
        match p.type:
            case "boolean":
                return not value
            case "integer":
                return (value or 0) + self._chance.choice((-1, 1, 10**12))
            case "instant":
                return (value or 1_700_000_000_000_000) + self._chance.choice((-1, 1, 1000, 86_400_000_000))
            case "real":
                return (value or 0.0) + 0.25
        return self._chance.choice([f"{value or ''} ", f"{value or ''}x", (value or "xy")[::-1] + "y"])

    def _other_clock(self, value: Any) -> Any:
        if isinstance(value, str):
            return value[:-1] + ("0" if value[-1] != "0" else "1")
        return self._chance.choice([n for n in (*range(1, self._last + 1), 10**6, None) if n != value])

    def _changed(self, name: str, p: Property, held: Held) -> Any:
        if (name, p.name) in _READABLE:
            return next(other for other in _READABLE[name, p.name] if other != held[p.name])
        if p.name in ("salt", "withdrawal_salt") and held[p.name] is None:
            return "ab" * 16
        if p.name in _CLOCK and name != "Load":
            return self._other_clock(held[p.name])
        return self._other(p, held[p.name])

    # The kinds of changes

    def property(self) -> Change | None:
        """Any property of any record, Version or load; or its id."""
        name = self._chance.choice([name for name in self._names if name in NODE])
        given = [p for p in properties_of(name) if (name, p.name) not in _UNPROVED]
        p = self._chance.choice([*given, None])
        # What was derived for a record stays as it was when the record is withdrawn.
        stands = p is not None and p.kind == "derived"
        held = self._chosen(name, lambda h: not (stands and h["withdrawn"]), alone=p is None or stands)
        if held is None:
            return None
        names = self._records_of(name, held)
        if p is None:
            self._raw.change(name, held, "id", f"{held['id']}~")
            made = names | {(name, f"{held['id']}~")}
            return Change(f"id of {name} {held['id']}", made, beside=self._taken_along(names))
        value = self._changed(name, p, held)
        self._raw.change(name, held, p.name, value)
        return Change(f"{p.name} of {name} {held['id']}: {held[p.name]} -> {value}", names, _part(name, p))

    def link(self) -> Change | None:
        """Any property or end of any link."""
        type_ = self._chance.choice([name for name in self._names if name in RELATIONSHIP])
        given: list[Property | str] = [p for p in properties_of(type_) if (type_, p.name) not in _UNPROVED]
        if type_ in _DERIVED:
            given += [p for p in properties_of(type_) if p.name == "load"]
        given += _ENDS if self._moves_labels else ("from_id", "to_id")
        which = self._chance.choice(given)
        held = self._chosen(type_, alone=isinstance(which, str))
        if held is None:
            return None
        names = self._records_of(type_, held)
        if isinstance(which, str):
            value = self._other_end(held, which)
            names |= self._records_of(type_, {**held, which: value})
            self._used |= names
            self._raw.change(type_, held, which, value)
            return Change(f"{which} of {type_} {held} -> {value}", names)
        value = 10**6 if type_ in _DERIVED and which.name == "load" else self._changed(type_, which, held)
        self._raw.change(type_, held, which.name, value)
        part = part_of_links(type_) if RELATIONSHIP[type_].stated_by and which.name not in _CLOCK else None
        return Change(f"{which.name} of {type_} {held} -> {value}", names, part)

    def _other_end(self, held: Held, which: str) -> str:
        label = held[which] if which.endswith("label") else held[which.replace("id", "label")]
        if which.endswith("label"):
            return self._chance.choice([one for one in SEALED_LABELS if one != label])
        others = [
            h["id"] for h in self._tables[label] if (label, h["id"]) not in self._used and h["id"] != held[which]
        ]
        other = str(self._chance.choice(others))
        # On Neo4j a record that is deleted later would take this link along, and nothing would be left to find.
        self._used.add((label, other))
        return other

    def deletion(self) -> Change | None:
        """A record, Version, load or link."""
        name = self._chance.choice(list(self._names))
        held = self._chosen(name, alone=True)
        if held is None:
            return None
        self._raw.delete(name, held)
        names = self._records_of(name, held)
        beside = self._taken_along(names) if name in NODE else frozenset()
        return Change(f"{name} {held} deleted", names, beside=beside)

    def insertion(self) -> Change | None:
        """A copy of a record, Version, load or link, under another id, with another end, or the same once more."""
        name = self._chance.choice(list(self._names))
        held = self._chosen(name, alone=True)
        if held is None:
            return None
        made = dict(held)
        if name == "Load":
            # Of each load one copy at most, so that no two get the same number.
            number = self._last + 100 + held["number"]
            made |= {"id": str(number), "number": number}
        elif name == "Version":
            made |= {"id": f"{held['id']}~", "from_load": self._chance.choice((held["from_load"], held["to_load"]))}
        elif name in NODE:
            made["id"] = f"{held['id']}~"
        elif self._chance.random() < 0.5:
            made["to_id"] = self._other_end(held, "to_id")
        names = self._records_of(name, made)
        self._used |= names
        self._raw.insert(name, made)
        return Change(f"{name} {made} inserted", names)

    def swapped(self) -> Change | None:
        """Two instants of two records of one label, or of two links of one type."""
        choices = [
            (name, p.name)
            for name in self._names
            for p in properties_of(name)
            if p.type == "instant" and p.kind is None and name not in ("Load", "Decision")
        ]
        name, property_ = self._chance.choice(choices)
        one = self._chosen(name, lambda h: h[property_] is not None)
        if one is None:
            return None
        other = self._chosen(name, lambda h: h[property_] not in (None, one[property_]))
        if other is None:
            return None
        return self._swap(name, one, other, (property_,), "when" if name in NODE else "links")

    def reordered(self) -> Change | None:
        """Two events of a case take each other's place."""
        one = self._chosen("IN_CASE", lambda h: h["withdrawn"] is None)
        if one is None:
            return None
        other = self._chosen(
            "IN_CASE",
            lambda h: h["to_id"] == one["to_id"] and h["seq"] != one["seq"] and h["withdrawn"] is None,
        )
        return self._swap("IN_CASE", one, other, ("seq", "sort_at"), "links") if other else None

    def _swap(self, name: str, one: Held, other: Held, properties: tuple[str, ...], part: str) -> Change:
        for property_ in properties:
            self._raw.change(name, one, property_, other[property_])
            self._raw.change(name, other, property_, one[property_])
        records = [self._records_of(name, held) for held in (one, other)]
        # Of a link asserted later the link is named, of one from the start its record.
        later = [held.get("salt") is not None and name in RELATIONSHIP for held in (one, other)]
        names = [
            next(n for n in of if (n[0] == name) == (late or name in NODE))
            for of, late in zip(records, later, strict=True)
        ]
        return Change(f"{properties} of {name} {one} and {other} swapped", frozenset(names), part, each=True)

    def file_byte(self, folder: Path) -> Change | None:
        """One bit of one file."""
        held = self._chosen("File", lambda h: h["uri"] is not None and h["sha256"] is not None)
        if held is None:
            return None
        path = folder / held["uri"].removeprefix(f"{FOLDER}/")
        path.write_bytes(with_other_bit(path.read_bytes(), self._chance))
        return Change(f"bytes of {held['uri']}", frozenset({("File", held["id"])}), "file")


def with_other_bit(data: bytes, chance: Random, start: int = 0, end: int | None = None) -> bytes:
    """The same bytes but for one bit between `start` and `end`."""
    at = chance.randrange(start, len(data) if end is None else end)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _part(name: str, p: Property) -> str | None:
    if p.kind == "derived":
        return "derived"
    if name == "Version":
        return None
    if p.name in _CLOCK and name != "Load":
        return None
    return (
        None
        if (name, p.name) in (("Load", "state"), ("Load", "salt"), ("Load", "changes"), ("Load", "number"))
        else ("what" if p.name == "source_row" else part_of_property(name, p))
    )
