"""Proofs of records: the entries that they have in the ledger, opened part by part, with their audit paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from graph.canonical import canonical
from graph.decision_kinds import decision_id
from graph.evidence.entries import NONE, EntryBuilder, Ints
from graph.evidence.parts import (
    PARTS,
    link_texts,
    links_by_part,
    members,
    part_digest,
    part_of_links,
    part_salts,
    part_text,
    properties_by_part,
)
from graph.evidence.reading import portion_of
from graph.ledger.log import Ledger
from graph.ledger.merkle import leaf_hash
from graph.schema import RELATIONSHIP
from graph.store import Snapshot

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
class Proof:
    """An entry, its place and audit path (bottom up), and its parts."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    parts: Mapping[str, Shown]


@dataclass(frozen=True)
class Unproved:
    """A state of a record or link (`id` is that of its entry) that the ledger does not hold."""

    id: str
    why: str
    erased: bool = False


@dataclass(frozen=True)
class _Opening:
    """The parts of an entry that the builder is to make; its id is a stem and the load."""

    kind: str
    id: str
    parts: Mapping[str, Shown]
    erased: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        digests = {part: shown.digest for part, shown in self.parts.items()} | dict.fromkeys(self.erased, _ERASED)
        return self.kind, self.id, canonical(digests)


class OpenedBuilder(EntryBuilder):
    """Makes entries as the builder of loads does, and keeps what is in their parts. For few records."""

    def __init__(self) -> None:
        super().__init__()
        self._tables: list[tuple[str, pa.Table, Ints, Ints]] = []
        self._stated_texts: dict[tuple[str, str, str], list[str]] = {}
        self._openings: list[_Opening] = []

    def contents(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> None:
        super().contents(label, table, loads, before)
        if table.num_rows:
            self._tables.append((label, table, loads, before))

    def stated_links(self, type_: str, links: pa.Table, places: pa.Array | None = None) -> None:
        super().stated_links(type_, links, places)
        if not links.num_rows:
            return
        end = RELATIONSHIP[type_].stated_by
        owners = zip(links[f"{end}_label"].to_pylist(), links[f"{end}_id"].to_pylist(), strict=True)
        for (label, id_), text in zip(owners, _texts(type_, links), strict=True):
            self._stated_texts.setdefault((label, id_, part_of_links(type_)), []).append(text)

    def later_links(self, type_: str, links: pa.Table, loads: Ints) -> None:
        super().later_links(type_, links, loads)
        self._whole_links("link", type_, links, links["salt"].to_pylist(), loads)

    def withdrawn_links(self, type_: str, links: pa.Table, loads: Ints) -> None:
        super().withdrawn_links(type_, links, loads)
        self._whole_links("link-withdrawal", type_, links, links["withdrawal_salt"].to_pylist(), loads)

    def withdrawals(self, label: str, ids: pa.Array, loads: Ints, before: Ints) -> None:
        super().withdrawals(label, ids, loads, before)
        for id_, load in zip(ids.to_pylist(), loads.tolist(), strict=True):
            self._openings.append(_Opening("withdrawal", f"{label}:{id_}@{load}", {}))

    def _whole_links(self, kind: str, type_: str, links: pa.Table, salts: Sequence[str], loads: Ints) -> None:
        part = part_of_links(type_)
        rows = zip(links.to_pylist(), _texts(type_, links), salts, loads.tolist(), strict=True)
        for link, text, salt, load in rows:
            ends = ":".join(link[end] for end in ("from_label", "from_id", "to_label", "to_id"))
            shown = _shown(salt, part, None, links=[text])
            self._openings.append(_Opening(kind, f"{type_}:{ends}@{load}", {part: shown}))

    def opened(self) -> Iterator[tuple[bytes, _Opening | None]]:
        """The entries with what is in their parts; None for one that cannot be opened."""
        openings = [*self._openings]
        for label, table, loads, before in self._tables:
            openings += self._of_contents(label, table, loads, before)
        by_key = {one.key: one for one in openings}
        for entry in self.entries():
            said = json.loads(entry)
            yield entry, by_key.get((said["kind"], said["id"], canonical(said["parts"])))

    def _of_contents(self, label: str, table: pa.Table, loads: Ints, before: Ints) -> Iterator[_Opening]:
        said = {part: members(of, table).to_pylist() for part, of in properties_by_part(label).items()}
        said.setdefault("what", [None] * table.num_rows)
        with_links = links_by_part(label)
        rows = zip(*(table[name].to_pylist() for name in ("id", "salt", "source_row")), strict=True)
        for i, (id_, salt, row) in enumerate(rows):
            name, first = f"{label}:{id_}@{loads[i]}", before[i] == NONE
            if salt is None:
                yield _Opening("record", name, {}, tuple(part for part in said if part not in with_links))
                continue
            parts = {}
            for part in {*said, *(with_links if first else ())}:
                text = said[part][i] if part in said else None
                links = self._stated_texts.get((label, id_, part), []) if part in with_links and first else None
                if part in with_links and text is None and links is None:
                    continue
                parts[part] = _shown(salt, part, text, links=links, row=row if part == "what" else None)
            yield _Opening("record", name, parts)


def _texts(type_: str, links: pa.Table) -> list[str]:
    texts: list[str] = link_texts(type_, links).to_pylist()
    return texts


def _shown(
    salt: str, part: str, properties: str | None, *, links: Sequence[str] | None = None, row: int | None = None
) -> Shown:
    digests = None if links is None else sorted(part_digest(b"", text) for text in links)
    text = part_text(properties, row=row, links=digests)
    return Shown(part_salts(salt)[PARTS.index(part)], text, tuple(sorted(links or ())))


def proofs(
    snapshot: Snapshot, ledger: Ledger, wanted: Mapping[str, Sequence[str]], upto: int, size: int | None = None
) -> tuple[list[Proof], list[Unproved]]:
    """The proofs of all that the ledger holds up to a load of records (label -> ids) and of the links they state.

    Their paths lead to the root of the tree of `size` entries, by default of all. What the graph holds otherwise
    than the ledger is named; `dossier verify` says more of it.
    """
    opened: list[tuple[bytes, _Opening | None]] = []
    unproved: list[Unproved] = []
    for label in sorted(wanted):
        ids = pa.array(sorted(set(wanted[label])), pa.string())
        records = snapshot.records(label, ids)
        records = records.filter(pa.compute.less_equal(records["load"], upto))
        if not records.num_rows:
            continue
        builder = OpenedBuilder()
        portion = portion_of(snapshot, label, records, upto, builder)
        unproved += [Unproved(one.id, one.why) for one in portion.unprovable]
        gone = "Its content was erased by {}; the ledger keeps the digests."
        unproved += [
            Unproved(f"{of}:{id_}", gone.format(decision_id(by)), True) for (of, id_), by in portion.erased.items()
        ]
        opened += builder.opened()
    found: list[Proof] = []
    everywhere = ledger.find([leaf_hash(entry) for entry, _ in opened])
    for (entry, opening), places in zip(opened, everywhere, strict=True):
        place = next((at for at in places if (size is None or at < size) and ledger.entry(at) == entry), None)
        if opening is None or place is None:
            why = "The ledger does not hold it as it stands: it was altered, erased or is not sealed yet."
            unproved.append(Unproved(json.loads(entry)["id"], why))
        else:
            found.append(Proof(entry, place, tuple(ledger.inclusion_proof(place, size)), opening.parts))
    return sorted(found, key=lambda one: one.index), unproved
