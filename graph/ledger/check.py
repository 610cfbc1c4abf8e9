"""The check of a ledger by itself: each entry, tile, checkpoint and batch against what was signed.

Reads every entry once, in order. Held in memory are the hashes above level 0 (32 bytes for 256 entries) and a few
numbers for each batch and checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

from graph.errors import LedgerAltered
from graph.ledger import merkle
from graph.ledger.levels import ComputedRows, Row, Rows, StoredRows, edge, root_from, root_over
from graph.ledger.merkle import HASH_BYTES
from graph.ledger.records import Heads, Records
from graph.ledger.tiles import WIDTH, Tiles, bounds, bundle_path, packed_leaf_hashes, tile_path, width_of

if TYPE_CHECKING:
    from graph.ledger.log import Ledger

Kind = Literal["entry", "bundle", "tile", "root", "checkpoint", "rolled_back", "batch", "intent", "copy"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was signed.

    `where` is the file below the ledger's folder, or the batch; `first` and `end` are the range of entries that it
    covers (end is the index behind the last), None where it covers none.

    Kinds: entry (the one at `first` was altered), bundle (a file of entries is missing or broken), tile, root (the
    entries do not lead to the signed root, and which of the range were altered cannot be told), checkpoint,
    rolled_back, batch, intent, copy (the derived file of leaf hashes; `Ledger.leaves` can be made anew).
    """

    kind: Kind
    where: str
    message: str
    first: int | None = None
    end: int | None = None


def check(ledger: Ledger, progress: Progress | None = None) -> list[Finding]:
    """All findings of the ledger; none where it is as it was signed.

    `progress` is called with the number of entries read and their total. Reads the files as they are now.
    """
    return _Check(ledger, progress or (lambda _done, _total: None)).findings()


class _Check:
    def __init__(self, ledger: Ledger, progress: Progress) -> None:
        self._ledger = ledger
        self._progress = progress
        self._found: list[Finding] = []
        self._size = ledger.size
        # A reader of its own, so that nothing is taken from memory.
        self._tiles = Tiles(ledger.folder)
        self._stored = StoredRows(self._tiles, self._size)
        self._entries = ComputedRows(self._leaves_of_entries)
        self._unreadable: set[int] = set()
        self._differing: set[int] = set()
        self._copy_differs: set[int] = set()
        # The rows that lead to the signed root where the entries do not.
        self._authentic: dict[tuple[int, int], bytes] = {}
        self._heads = Heads(ledger, self._add)
        self._records = Records(ledger, self._add)

    def findings(self) -> list[Finding]:
        self._read_all()
        computed = root_over(self._entries, self._size)
        if computed == self._ledger.head().checkpoint.root:
            self._heads.report(self._add)
            self._records.report(self._add)
            self._report_tiles()
        else:
            self._locate()
        self._report_older_tiles()
        self._report_copy()
        return self._found

    def _add(self, kind: Kind, where: str, message: str, first: int | None = None, end: int | None = None) -> None:
        self._found.append(Finding(kind, where, message, first, end))

    def _read_all(self) -> None:
        for number in range(-(-self._size // WIDTH)):
            first, end = self._range(0, number)
            stored = self._stored.row(0, number)
            row = self._leaves_of_entries(number)
            if stored is None or (row is not None and row != stored):
                self._differing.add(number)
            if row is None:
                self._unreadable.add(number)
                path = bundle_path(number, end - first)
                message = f"{path} is missing or broken: its entries {first} to {end - 1} cannot all be read."
                self._add("bundle", path, message, first, end)
                row = stored or bytes(HASH_BYTES * (end - first))
            if self._copied(number) not in (None, row):
                self._copy_differs.add(number)
            self._heads.take(row, self._entries.add(row))
            self._records.take(row)
            self._progress(end, self._size)

    def _leaves_of_entries(self, number: int) -> Row:
        """The leaf hashes of a bundle; None where it does not hold the entries that it must."""
        width = width_of(self._size, 0, number)
        try:
            data = self._tiles.bundle(number, width)
        except LedgerAltered:
            return self._stored.row(0, number) if number in self._unreadable else None
        return b"".join(packed_leaf_hashes(data, bounds(data)))

    def _copied(self, number: int) -> Row:
        first, end = self._range(0, number)
        path = self._ledger.leaves.path
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(first * HASH_BYTES)
            found = file.read((end - first) * HASH_BYTES)
        return found if len(found) == (end - first) * HASH_BYTES else b""

    def _locate(self) -> None:
        """Finds what was altered where the entries do not lead to the signed root: from the root down."""
        sources: list[Rows] = [self._stored, self._entries, *self._other_sources()]
        edges = edge(self._size)[::-1]
        root = self._ledger.head().checkpoint.root
        candidates = [self._candidates(sources, level, number) for level, number in edges]
        levels = [level for level, _ in edges]
        authentic = self._authentic
        for rows in product(*candidates):
            if root_from(zip(levels, rows, strict=True)) == root:
                authentic.update(zip(edges, rows, strict=True))
                break
        if not authentic:
            self._narrowed(0, self._size)
            return
        waiting = list(authentic)
        while waiting:
            level, number = waiting.pop()
            if level == 0:
                self._report_entries(number, authentic[0, number])
                continue
            for child, expected in self._differing_children(level, number, authentic[level, number]):
                found = next(
                    (row for row in self._candidates(sources, level - 1, child) if _leads_to(row, expected)), None
                )
                if found is None:
                    self._narrowed(*self._range(level - 1, child))
                else:
                    authentic[level - 1, child] = found
                    waiting.append((level - 1, child))
        self._report_tiles()

    def _other_sources(self) -> Iterator[Rows]:
        tiles = range(-(-self._size // WIDTH))
        for leaves in (self._stored_leaves, self._copied):
            # What cannot be read stands as zeros, which lead to no signed root.
            yield ComputedRows(leaves, (leaves(number) or bytes(HASH_BYTES * WIDTH) for number in tiles))

    def _stored_leaves(self, number: int) -> Row:
        return self._stored.row(0, number)

    def _candidates(self, sources: list[Rows], level: int, number: int) -> list[bytes]:
        wanted = width_of(self._size, level, number) * HASH_BYTES
        rows = (source.row(level, number) for source in sources)
        return list(dict.fromkeys(row for row in rows if row is not None and len(row) == wanted))

    def _differing_children(self, level: int, number: int, row: bytes) -> Iterator[tuple[int, bytes]]:
        computed = self._entries.row(level, number) or b""
        for place in _differences(computed, row):
            yield number * WIDTH + place, row[place * HASH_BYTES : (place + 1) * HASH_BYTES]

    def _report_entries(self, number: int, authentic: bytes) -> None:
        if number in self._unreadable:
            return
        for place in _differences(self._leaves_of_entries(number) or b"", authentic):
            index = number * WIDTH + place
            path = bundle_path(number, width_of(self._size, 0, number))
            self._add("entry", path, f"Entry {index} was altered.", index, index + 1)

    def _report_tiles(self) -> None:
        """Compares the stored tiles with what is authentic: the computed rows but where others were found to be."""
        level = 0
        while count := self._size >> 8 * level:
            last = -(-count // WIDTH)
            numbers = self._differing | {at for of, at in self._authentic if of == 0} if level == 0 else range(last)
            for number in sorted(numbers):
                expected = self._expected(level, number)
                stored = self._stored.row(level, number)
                if stored is None or (expected is not None and stored != expected):
                    self._report_tile(level, number, stored, expected)
            level += 1

    def _expected(self, level: int, number: int) -> Row:
        return self._authentic.get((level, number)) or self._entries.row(level, number)

    def _report_older_tiles(self) -> None:
        """Compares the partial tiles that older heads ask for, and no whole one has replaced, with what followed."""
        for level, number in edge(self._size):
            expected = self._expected(level, number) or b""
            self._report_older(tile_path(level, number), level, number, expected, lambda data: data)
            if level == 0:
                self._report_older(bundle_path(number), level, number, expected, _hashed)

    def _report_older(
        self, whole: str, level: int, number: int, expected: bytes, hashes: Callable[[bytes], bytes]
    ) -> None:
        now = width_of(self._size, level, number)
        for width in range(1, now):
            path = f"{whole}.p/{width}"
            data = self._tiles.exact(path)
            if data is not None and hashes(data) != expected[: width * HASH_BYTES]:
                first, end = self._range(level, number)
                end = min(end, first + (width << 8 * level))
                message = f"{path}, kept for an older checkpoint, was altered."
                self._add("tile", path, message, first, end)

    def _report_copy(self) -> None:
        for number in sorted(self._copy_differs | {at for level, at in self._authentic if level == 0}):
            if self._copied(number) not in (None, self._expected(0, number)):
                first, end = self._range(0, number)
                self._add("copy", "leaves", f"The copy of the leaf hashes {first} to {end - 1} differs.", first, end)

    def _report_tile(self, level: int, number: int, stored: Row, expected: Row) -> None:
        first, end = self._range(level, number)
        path = tile_path(level, number, width_of(self._size, level, number))
        if stored is None:
            what = "is missing or broken"
        else:
            places = _differences(stored, expected or b"")
            what = f"was altered at {len(places)} of its hashes, the first is number {places[0]}"
        self._add("tile", path, f"{path} {what}; it covers the entries {first} to {end - 1}.", first, end)

    def _narrowed(self, first: int, end: int) -> None:
        """Reports that entries of a range were altered, for the batches and spans between heads that tell."""
        spans = [each for each in self._records.broken() if each[0] < end and first < each[1]]
        if not spans:
            spans = [each for each in [self._heads.broken()] if each and each[0] < end and first < each[1]]
        for start, stop in spans or [(first, end)]:
            start, stop = max(start, first), min(stop, end)
            message = f"Entries of {start} to {stop - 1} were altered; which of them cannot be told."
            self._add("root", "checkpoint", message, start, stop)

    def _range(self, level: int, number: int) -> tuple[int, int]:
        span = WIDTH << 8 * level
        return number * span, min((number + 1) * span, self._size)


def _hashed(bundle: bytes) -> bytes:
    """The leaf hashes of a bundle; something else where it ends within an entry."""
    edges = bounds(bundle)
    return b"".join(packed_leaf_hashes(bundle, edges)) if edges[-1] == len(bundle) else b""


def _leads_to(row: bytes, root: bytes) -> bool:
    return merkle.perfect_root(row) == root


def _differences(one: bytes, other: bytes) -> list[int]:
    """The places at which two rows have other hashes."""
    longest = max(len(one), len(other))
    return [
        at // HASH_BYTES
        for at in range(0, longest, HASH_BYTES)
        if one[at : at + HASH_BYTES] != other[at : at + HASH_BYTES]
    ]
