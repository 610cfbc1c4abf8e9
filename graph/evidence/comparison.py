"""What the graph holds against what the ledger holds: which records were altered, are missing or were inserted."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.errors import LedgerAltered
from graph.ledger.log import Ledger
from graph.ledger.merkle import HASH_BYTES
from graph.ledger.tiles import WIDTH

Kind = Literal["altered", "missing", "inserted", "erased"]
_LEAF = b"\x00"
# Entries without a partner that are kept in memory, each of some hundred bytes.
MOST = 50_000


@dataclass(frozen=True)
class Difference:
    """A record or link that is not what the ledger holds.

    `parts` are those that differ (`clock` for the numbers of loads), none of a record that is missing or inserted.
    `index` is the entry in the ledger, None where it has none.
    """

    kind: Kind
    label: str
    id: str
    parts: tuple[str, ...]
    load: int
    index: int | None
    message: str


@dataclass(frozen=True)
class Entry:
    """An entry, taken apart; `stem` is its id without the load."""

    kind: str
    stem: str
    load: int
    supersedes: str | None
    parts: dict[str, str]
    index: int | None = None

    @property
    def label(self) -> str:
        return self.stem.partition(":")[0]

    @property
    def id(self) -> str:
        return self.stem.partition(":")[2]


def parsed(data: bytes, index: int | None = None) -> Entry:
    """An entry from its canonical JSON."""
    said: dict[str, Any] = json.loads(data)
    stem, _, load = said["id"].rpartition("@")
    return Entry(said["kind"], stem, int(load), said["supersedes"], said["parts"], index)


def stem_of(entry: bytes) -> bytes:
    """What an entry is about, as it stands in its text, without the load."""
    # Not the first `@`: an id may hold one.
    start = entry.index(b'"id":"') + 6
    return entry[start : entry.rindex(b"@", start, entry.index(b'","kind":', start))]


class Comparison:
    """Takes the entries of what the graph holds, in any order, and finds those of the ledger among them.

    Held in memory are the leaf hashes of the ledger (about 50 bytes an entry) and the entries that it does not have.
    Where those are too many, only those of every second, fourth ... record are kept and the others counted: so a
    record is kept with all of its entries, or not at all.
    """

    def __init__(self, leaves: npt.NDArray[np.uint8]) -> None:
        self._leaves = leaves
        keys = np.ascontiguousarray(leaves[:, :8]).view(">u8").ravel().astype(np.uint64)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        self._seen = np.zeros(len(leaves), np.uint8)
        self._share = 1
        self.extra: list[bytes] = []
        self.left_off = 0
        self.count = 0

    def state(self) -> tuple[npt.NDArray[np.uint8], list[bytes], int]:
        """What `go_on` needs: which entries were seen, which are extra, of which share of the records."""
        return self._seen, self.extra, self._share

    def go_on(self, seen: npt.NDArray[np.uint8], extra: list[bytes], share: int) -> None:
        """Takes up what another comparison had found."""
        self._seen, self.extra, self._share = np.array(seen), extra, share
        self.count = int(seen.sum()) + len(extra)

    def leaf(self, index: int) -> bytes:
        """The leaf hash of an entry."""
        found: bytes = self._leaves[index].tobytes()
        return found

    def take(self, entries: Sequence[bytes]) -> None:
        """Takes entries that follow from the graph."""
        if entries:
            digests = b"".join([hashlib.sha256(_LEAF + entry).digest() for entry in entries])
            self.take_hashed(entries, digests)

    def take_hashed(self, entries: Sequence[bytes], digests: bytes) -> None:
        """The same, of entries whose leaf hashes are known."""
        self.count += len(entries)
        rows = np.frombuffer(digests, np.uint8).reshape(-1, HASH_BYTES)
        keys = np.ascontiguousarray(rows[:, :8]).view(">u8").ravel().astype(np.uint64)
        places = self._places(keys, rows)
        self._keep(entries[i] for i in np.flatnonzero(places < 0).tolist())
        found = places[places >= 0]
        # Two of the same in the graph are one too many.
        values, first = np.unique(found, return_index=True)
        again = np.ones(len(found), bool)
        again[first] = False
        again |= self._seen[found] > 0
        own = np.flatnonzero(places >= 0)
        self._keep(entries[i] for i in own[again].tolist())
        self._seen[values] = 1

    def _keep(self, entries: Iterable[bytes]) -> None:
        for entry in entries:
            if self.keeps(entry):
                self.extra.append(entry)
            else:
                self.left_off += 1
        while len(self.extra) > MOST:
            self._halve()

    def keeps(self, entry: bytes) -> bool:
        """Whether an entry is of a record whose entries are kept."""
        return self._share == 1 or zlib.crc32(stem_of(entry)) % self._share == 0

    def _halve(self) -> None:
        self._share *= 2
        before = len(self.extra)
        self.extra = [entry for entry in self.extra if self.keeps(entry)]
        self.left_off += before - len(self.extra)

    def differences(self, unseen: Iterable[tuple[int | None, bytes]]) -> list[Difference]:
        """What the entries that have no partner come to; `unseen` are those of the ledger."""
        expected: list[tuple[int | None, bytes]] = []
        for index, entry in unseen:
            if not self.keeps(entry):
                self.left_off += 1
                continue
            expected.append((index, entry))
            if len(expected) > MOST:
                self._halve()
                kept = [one for one in expected if self.keeps(one[1])]
                self.left_off += len(expected) - len(kept)
                expected = kept
        return differences(expected, self.extra)

    def _places(self, keys: npt.NDArray[np.uint64], rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        if not len(self._keys):
            return np.full(len(keys), -1, np.int64)
        at = np.searchsorted(self._keys, keys)
        places = np.full(len(keys), -1, np.int64)
        waiting = np.flatnonzero(at < len(self._keys))
        while len(waiting):
            same = self._keys[at[waiting]] == keys[waiting]
            waiting = waiting[same]
            candidates = self._order[at[waiting]]
            equal = (self._leaves[candidates] == rows[waiting]).all(axis=1)
            places[waiting[equal]] = candidates[equal]
            waiting = waiting[~equal]
            at[waiting] += 1
            waiting = waiting[at[waiting] < len(self._keys)]
        return places

    def unseen(self) -> Iterator[int]:
        """The indexes of the entries that do not follow from the graph."""
        return (int(index) for index in np.flatnonzero(self._seen == 0))

    def seen(self) -> list[int]:
        """The indexes of those that do."""
        return [int(index) for index in np.flatnonzero(self._seen)]


def entries_at(ledger: Ledger, indexes: Iterable[int]) -> Iterator[tuple[int, bytes | None]]:
    """Entries of the ledger by their indexes, in order; each bundle is read once. None where it cannot be read."""
    for number, group in groupby(indexes, key=lambda index: index // WIDTH):
        try:
            bundle: list[bytes] | None = list(ledger.entries(number * WIDTH, (number + 1) * WIDTH))
        except LedgerAltered:
            bundle = None
        for index in group:
            yield index, bundle[index - number * WIDTH] if bundle else None


def differences(expected: Iterable[tuple[int | None, bytes]], extra: Iterable[bytes]) -> list[Difference]:
    """What `expected` entries of the ledger and `extra` ones of the graph, which have no partner, come to.

    Entries of one record are paired: of the same content first, then of the same record.
    """
    theirs: dict[tuple[str, str, int], list[tuple[bytes, Entry]]] = {}
    for index, data in expected:
        entry = parsed(data, index)
        theirs.setdefault((entry.kind, entry.stem, entry.load), []).append((data, entry))
    found, rest = [], []
    for data in extra:
        entry = parsed(data)
        partners = theirs.get((entry.kind, entry.stem, entry.load))
        if not partners:
            rest.append(entry)
            continue
        place = next((i for i, (other, _) in enumerate(partners) if other == data), 0)
        other, partner = partners.pop(place)
        if other != data:
            found.append(_altered(partner, entry))
    missing = [entry for partners in theirs.values() for _, entry in partners]
    found += _of_records(missing, rest)
    return sorted(found, key=lambda d: (d.label, d.id, d.load, d.kind))


def _altered(theirs: Entry, ours: Entry) -> Difference:
    names = sorted({*theirs.parts, *ours.parts})
    parts = [name for name in names if theirs.parts.get(name) != ours.parts.get(name)]
    if theirs.supersedes != ours.supersedes or not parts:
        parts.append("clock")
    said = f"{_named(theirs)} was altered: {', '.join(parts)}."
    return Difference("altered", theirs.label, theirs.id, tuple(parts), theirs.load, theirs.index, said)


def _of_records(missing: list[Entry], extra: list[Entry]) -> list[Difference]:
    """Entries of which the graph has no other for the same content."""
    ours: dict[str, list[Entry]] = {}
    for entry in extra:
        ours.setdefault(entry.stem, []).append(entry)
    found = []
    for entry in missing:
        partners = ours.get(entry.stem)
        if partners:
            ours_now = partners.pop(0)
            same = entry.kind == ours_now.kind
            said = f"{_named(entry)} was altered: the graph says load {ours_now.load} of it, the ledger {entry.load}."
            if not same:
                said = f"{_named(entry)} was altered: the graph has its {ours_now.kind} instead of its {entry.kind}."
            found.append(Difference("altered", entry.label, entry.id, ("clock",), entry.load, entry.index, said))
        elif entry.kind.endswith("withdrawal"):
            said = f"The withdrawal of {_named(entry)} is missing."
            found.append(Difference("altered", entry.label, entry.id, ("clock",), entry.load, entry.index, said))
        else:
            said = f"{_named(entry)} is missing."
            found.append(Difference("missing", entry.label, entry.id, (), entry.load, entry.index, said))
    for entry in (one for partners in ours.values() for one in partners):
        if entry.kind.endswith("withdrawal"):
            said = f"{_named(entry)} is withdrawn, and no load did so."
            found.append(Difference("altered", entry.label, entry.id, ("clock",), entry.load, None, said))
        else:
            said = f"{_named(entry)} was inserted: no load wrote it as it stands."
            found.append(Difference("inserted", entry.label, entry.id, (), entry.load, None, said))
    return found


def _named(entry: Entry) -> str:
    return f"{entry.label} {entry.id} of load {entry.load}"
