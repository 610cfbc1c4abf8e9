"""Entries of a few records, each with what is in its parts.

The columns of `EntryBuilder` pay from some hundred records on; a case has a dozen. What is made here record by record
is found in the ledger only where it is the same, byte by byte.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import pyarrow as pa

from graph.canonical import canonical
from graph.evidence.entries import NONE, EntryBuilder, Ints, UnknownOwner, entry_of
from graph.evidence.parts import (
    PARTS,
    link_text,
    links_by_part,
    members_of,
    part_digest,
    part_of_links,
    part_salts,
    part_text,
    properties_by_part,
)
from graph.schema import RELATIONSHIP

Values: TypeAlias = Mapping[str, Any]
_ERASED = "0" * 64


@dataclass(frozen=True)
class Shown:
    """A part as it was sealed: its salt, its canonical JSON, and the canonical JSON of the links in it."""

    salt: bytes
    text: str
    links: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What the entry holds of it."""
        return part_digest(self.salt, self.text)


@dataclass(frozen=True)
class Opened:
    """An entry, what it is about with its load, and its parts without those that were erased."""

    id: str
    entry: bytes
    parts: Mapping[str, Shown]


@dataclass(frozen=True)
class _Content:
    """A content of a record, and the links by part that it stated when it came, None for a later one."""

    label: str
    row: Values
    load: int
    before: int
    stated: dict[str, list[str]] | None


class OpenedBuilder(EntryBuilder):
    """Makes entries as the builder of loads does, and keeps what is in their parts."""

    def __init__(self) -> None:
        super().__init__()
        self._taken: list[_Content] = []
        self._firsts: dict[tuple[str, str], int] = {}
        self._others: list[Opened] = []

    def contents(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> None:
        for row, load, start in zip(table.to_pylist(), loads.tolist(), before.tolist(), strict=True):
            first = start == NONE
            if first:
                self._firsts.setdefault((label, row["id"]), len(self._taken))
            stated: dict[str, list[str]] | None = {part: [] for part in links_by_part(label)} if first else None
            self._taken.append(_Content(label, row, load, start, stated))

    def are_first(self, label: str, ids: pa.Array) -> bool:
        """Never said: the places of a few links are found one by one."""
        return False

    def places(self, label: str, owners: pa.Array) -> pa.Array:
        return pa.array([self._firsts.get((label, owner)) for owner in owners.to_pylist()], pa.int64())

    def stated_links(self, type_: str, links: pa.Table, places: pa.Array | None = None) -> None:
        end, part = RELATIONSHIP[type_].stated_by, part_of_links(type_)
        for link in links.to_pylist():
            owner = link[f"{end}_label"], link[f"{end}_id"]
            place = self._firsts.get(owner)
            stated = self._taken[place].stated if place is not None else None
            if stated is None:
                raise UnknownOwner(f"{type_} of {owner[0]} {owner[1]}")
            stated[part].append(link_text(type_, link))

    def later_links(self, type_: str, links: pa.Table, loads: Ints) -> None:
        for link, load in zip(links.to_pylist(), loads.tolist(), strict=True):
            self._others.append(_of_link("link", type_, link, link["salt"], load, NONE))

    def withdrawn_links(self, type_: str, links: pa.Table, loads: Ints) -> None:
        for link, load in zip(links.to_pylist(), loads.tolist(), strict=True):
            salt, asserted = link["withdrawal_salt"], link["load"]
            self._others.append(_of_link("link-withdrawal", type_, link, salt, load, asserted))

    def withdrawals(self, label: str, ids: pa.Array, loads: Ints, before: Ints) -> None:
        for id_, load, start in zip(ids.to_pylist(), loads.tolist(), before.tolist(), strict=True):
            self._others.append(_opened("withdrawal", f"{label}:{id_}", load, start, {}))

    def opened(self) -> Iterator[Opened]:
        """All entries: those of contents, then of links and withdrawals."""
        return chain(map(_of_content, self._taken), self._others)

    def portions(self) -> Iterator[list[bytes]]:
        yield [one.entry for one in self.opened()]


def unchanged(
    label: str,
    records: Iterable[Values],
    links: Mapping[str, Iterable[Values]],
    versioned: Collection[str],
    upto: int,
) -> tuple[list[Opened], list[str]]:
    """The entries of the records of a label that stand as they came, with the links that came with them (type ->
    links); and the ids of the others.

    Others are those with Versions (`versioned`), and where the clock of record or link says anything but that a load
    up to `upto` has written it: what has changed since, or what no load writes, takes more to tell.
    """
    taken: dict[str, _Content] = {}
    others = set(versioned)
    for row in records:
        if _as_written(row, row["since"], upto) and row["erased"] is None:
            stated: dict[str, list[str]] = {part: [] for part in links_by_part(label)}
            taken[row["id"]] = _Content(label, row, row["load"], NONE, stated)
        else:
            others.add(row["id"])
    for type_, of_type in links.items():
        end, part = f"{RELATIONSHIP[type_].stated_by}_id", part_of_links(type_)
        for link in of_type:
            owner = taken.get(link[end])
            salted = link["salt"] is not None or link["withdrawal_salt"] is not None
            if owner is None or owner.stated is None or salted or not _as_written(link, owner.load, upto):
                others.add(link[end])
            else:
                owner.stated[part].append(link_text(type_, link))
    return [_of_content(one) for id_, one in taken.items() if id_ not in others], sorted(others)


def _as_written(row: Values, load: int | None, upto: int) -> bool:
    """Whether a record or link came with this load, a done one, and stands."""
    return load is not None and row["load"] == load and 1 <= load <= upto and row["withdrawn"] is None


def _of_content(one: _Content) -> Opened:
    of_parts, with_links, row = properties_by_part(one.label), links_by_part(one.label), one.row
    kind, name = "load" if one.label == "Load" else "record", f"{one.label}:{row['id']}"
    always = {*of_parts, "what"}.difference(with_links)
    if row["salt"] is None:
        return _opened(kind, name, one.load, one.before, {}, always)
    salts, parts = part_salts(row["salt"]), {}
    for part in {*always, *of_parts, *(one.stated or ())}:
        properties = members_of(of_parts[part], row) if part in of_parts else None
        links = tuple(sorted((one.stated or {}).get(part, ())))
        digests = sorted(part_digest(b"", text) for text in links) if one.stated and part in one.stated else None
        text = part_text(properties, row=row["source_row"] if part == "what" else None, links=digests)
        parts[part] = Shown(salts[PARTS.index(part)], text, links)
    return _opened(kind, name, one.load, one.before, parts)


def _of_link(kind: str, type_: str, link: Values, salt: str, load: int, before: int) -> Opened:
    """The entry of a link that is one of its own."""
    part, text = part_of_links(type_), link_text(type_, link)
    name = ":".join((type_, *(link[end] for end in ("from_label", "from_id", "to_label", "to_id"))))
    said = part_text(None, links=[part_digest(b"", text)])
    shown = Shown(part_salts(salt)[PARTS.index(part)], said, (text,))
    return _opened(kind, name, load, before, {part: shown})


def _opened(
    kind: str, name: str, load: int, before: int, parts: Mapping[str, Shown], erased: Sequence[str] | set[str] = ()
) -> Opened:
    digests = {part: shown.digest for part, shown in parts.items()} | dict.fromkeys(erased, _ERASED)
    said = ",".join(f'"{part}":"{digests[part]}"' for part in PARTS if part in digests)
    return Opened(f"{name}@{load}", entry_of(kind, canonical(name), load, before, said), parts)
