"""The folder of tiles (C2SP tlog-tiles): hashes in rows of 256, entries in bundles of 256."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from graph.errors import LedgerAltered, UsageError
from graph.ledger import files, merkle
from graph.ledger.merkle import HASH_BYTES

WIDTH = 256
TILE_BYTES = WIDTH * HASH_BYTES
LARGEST_ENTRY = 0xFFFF
_LEVEL_BITS = 8
_KEPT_TILES = 512
_WAITING_FILES = 256


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """The path of a tile of hashes below the ledger's folder, with / between."""
    return f"tile/{level}/{_numbered(number, width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """The path of a bundle of entries below the ledger's folder, with / between."""
    return f"tile/entries/{_numbered(number, width)}"


def _numbered(number: int, width: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    path = "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"


def pack(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each with its length before it (16 bits, big-endian).

    Raises UsageError where one has more than 65,535 bytes.
    """
    try:
        return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])
    except OverflowError as error:
        raise UsageError(
            f"An entry of the ledger has more than {LARGEST_ENTRY} bytes.", "Give a digest of it instead."
        ) from error


def bounds(data: bytes, most: int | None = None) -> list[int]:
    """Where each whole packed entry begins, and where the last of them ends; at most `most` entries."""
    found = [0]
    at, end = 0, len(data)
    while at + 2 <= end and (most is None or len(found) <= most):
        at += 2 + (data[at] << 8 | data[at + 1])
        if at > end:
            break
        found.append(at)
    return found


def unpack(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises LedgerAltered where it ends within an entry."""
    edges = bounds(data)
    if edges[-1] != len(data):
        raise LedgerAltered("A bundle of entries ends within an entry.")
    return [data[start + 2 : end] for start, end in pairwise(edges)]


def packed_leaf_hashes(data: bytes, edges: list[int]) -> list[bytes]:
    """The leaf hashes of packed entries that begin at `edges`, whose last is the end."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + data[start + 2 : end]).digest() for start, end in pairwise(edges)]


@dataclass
class Growth:
    """What an append has written: the size after it, the root of that tree, and the files."""

    size: int
    root: bytes
    written: list[Path]


class Tiles:
    """The tiles below a folder, read for a tree of a given size, and appended to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()
        self._levels: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()
        self._edge: dict[tuple[int, int], bytes] = {}

    def row(self, level: int, number: int, width: int) -> bytes:
        """The first `width` hashes of a tile. Raises LedgerAltered where it is missing or has another length."""
        key = level, number, width
        found = self._kept.get(key)
        if found is None:
            path = tile_path(level, number, width)
            found = self._read(path, tile_path(level, number))[: width * HASH_BYTES]
            if len(found) != width * HASH_BYTES:
                raise LedgerAltered(
                    f"{self.folder / path} does not hold {width} hashes.", "Restore it from a copy of the ledger."
                )
            self._kept[key] = found
            if len(self._kept) > _KEPT_TILES:
                self._kept.popitem(last=False)
        return found

    def bundle(self, number: int, width: int) -> bytes:
        """The first `width` entries of a bundle, packed. Raises LedgerAltered where they are not there."""
        path = bundle_path(number, width)
        data = self._read(path, bundle_path(number))
        edges = bounds(data, width)
        if len(edges) != width + 1:
            raise LedgerAltered(
                f"{self.folder / path} does not hold {width} entries.", "Restore it from a copy of the ledger."
            )
        return data[: edges[-1]]

    def entry(self, number: int, place: int, width: int) -> bytes:
        """One entry of a bundle of `width`. Raises LedgerAltered where it is not there."""
        path = bundle_path(number, width)
        data = self._read(path, bundle_path(number))
        edges = bounds(data, place + 1)
        if len(edges) != place + 2:
            raise LedgerAltered(
                f"{self.folder / path} does not hold {width} entries.", "Restore it from a copy of the ledger."
            )
        return data[edges[place] + 2 : edges[place + 1]]

    def exact(self, path: str) -> bytes | None:
        """The bytes of one file of tiles as they are; None where it is not there."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def forget(self, level: int, number: int, width: int) -> None:
        """Reads that tile anew the next time."""
        if self._kept.pop((level, number, width), None):
            self._levels.clear()
            self._edge.clear()

    def _read(self, path: str, whole: str) -> bytes:
        # Where a partial tile has made way for the whole one, that begins with it.
        data = self.exact(path)
        if data is None and path != whole:
            data = self.exact(whole)
        if data is None:
            raise LedgerAltered(f"{self.folder / path} is missing.", "Restore it from a copy of the ledger.")
        return data

    def subtrees(self, size: int) -> merkle.Subtrees:
        """Reads the perfect subtrees of the tree of `size` leaves."""

        def read(level: int, index: int) -> bytes:
            tile_level, height = divmod(level, _LEVEL_BITS)
            number, place = divmod(index << height, WIDTH)
            width = width_of(size, tile_level, number)
            if height and width == WIDTH:
                return self._inner(tile_level, number)[height][place >> height << 5 :][:HASH_BYTES]
            row = self.row(tile_level, number, width)
            if not height:
                return row[place * HASH_BYTES : (place + 1) * HASH_BYTES]
            # On the right edge; every path through it leads over the same few of them.
            found = self._edge.get((level, index))
            if found is None:
                found = merkle.perfect_root(row[place * HASH_BYTES : (place + (1 << height)) * HASH_BYTES])
                self._edge[level, index] = found
            return found

        return read

    def _inner(self, level: int, number: int) -> list[bytes]:
        """The hashes within a whole tile, level by level: the paths of its other leaves need most of them too."""
        found = self._levels.get((level, number))
        if found is None:
            found = self._levels[level, number] = merkle.perfect_levels(self.row(level, number, WIDTH))
            if len(self._levels) > _KEPT_TILES:
                self._levels.popitem(last=False)
        return found

    def leaf_rows(self, start: int, end: int, size: int) -> Iterator[bytes]:
        """The leaf hashes of entries start..end of a tree of `size`, tile by tile."""
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            row = self.row(0, number, width_of(size, 0, number))
            yield row[max(start - first, 0) * HASH_BYTES : (end - first) * HASH_BYTES]

    def append(self, size: int, packed: Iterable[tuple[bytes, list[int], list[bytes]]]) -> Growth:
        """Appends packed entries, given in parts with their edges and leaf hashes, to the tree of `size` leaves.

        Writes the tiles but forces none to the disk: `Growth` says which are to be.
        """
        return _Appending(self, size).all(packed)

    def replaced(self, before: int, size: int) -> list[Path]:
        """The folders of partial tiles that whole ones replaced when the tree grew from `before` to `size`."""
        found = []
        level = 0
        while before >> _LEVEL_BITS * level:
            number, width = divmod(before >> _LEVEL_BITS * level, WIDTH)
            if width and width_of(size, level, number) == WIDTH:
                found.append(self.folder / f"{tile_path(level, number)}.p")
                if level == 0:
                    found.append(self.folder / f"{bundle_path(number)}.p")
            level += 1
        return found


def width_of(size: int, level: int, number: int) -> int:
    """How many hashes tile `number` of a level has in a tree of `size` leaves."""
    return min(WIDTH, (size >> _LEVEL_BITS * level) - number * WIDTH)


class _Appending:
    """The right edge of the tree while entries are appended: the last row of each level, and the last bundle.

    Files are written by a thread of their own, in order: the system makes them while the next hashes are computed.
    """

    def __init__(self, tiles: Tiles, size: int) -> None:
        self._tiles = tiles
        self._started = self._size = size
        self._rows: list[bytearray] = []
        self._numbers: list[int] = []
        level = 0
        while size >> _LEVEL_BITS * level:
            number, width = divmod(size >> _LEVEL_BITS * level, WIDTH)
            self._numbers.append(number)
            self._rows.append(bytearray(tiles.row(level, number, width) if width else b""))
            level += 1
        self._bundle = bytearray(tiles.bundle(*divmod(size, WIDTH)) if size % WIDTH else b"")
        self._written: list[Path] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="tiles")
        self._writing: deque[Future[None]] = deque()

    def all(self, packed: Iterable[tuple[bytes, list[int], list[bytes]]]) -> Growth:
        with self._writer:
            for data, edges, hashes in packed:
                self._entries(data, edges)
                self._hashes(0, b"".join(hashes))
                self._size += len(hashes)
            self._partial()
            self._wait(0)
        return Growth(self._size, merkle.root(self._size, self._subtrees()), self._written)

    def _entries(self, data: bytes, edges: list[int]) -> None:
        at, count = 0, len(edges) - 1
        while at < count:
            number, width = divmod(self._size + at, WIDTH)
            taken = min(WIDTH - width, count - at)
            self._bundle += data[edges[at] : edges[at + taken]]
            at += taken
            if width + taken == WIDTH:
                self._write(bundle_path(number), bytes(self._bundle))
                self._bundle.clear()

    def _hashes(self, level: int, more: bytes) -> None:
        if level == len(self._rows):
            self._rows.append(bytearray())
            self._numbers.append(0)
        row = self._rows[level]
        row += more
        above = []
        for at in range(0, len(row) - TILE_BYTES + 1, TILE_BYTES):
            tile = bytes(row[at : at + TILE_BYTES])
            self._write_tile(level, tile)
            self._numbers[level] += 1
            above.append(merkle.perfect_root(tile))
        del row[: len(above) * TILE_BYTES]
        if above:
            self._hashes(level + 1, b"".join(above))

    def _partial(self) -> None:
        for level, row in enumerate(self._rows):
            if row and (self._size >> _LEVEL_BITS * level) != (self._started >> _LEVEL_BITS * level):
                self._write_tile(level, bytes(row))
        if self._bundle and self._size != self._started:
            self._write(bundle_path(*divmod(self._size, WIDTH)), bytes(self._bundle))

    def _write_tile(self, level: int, row: bytes) -> None:
        number, width = self._numbers[level], len(row) // HASH_BYTES
        self._write(tile_path(level, number, width), row)
        self._tiles.forget(level, number, width)

    def _write(self, path: str, data: bytes) -> None:
        whole = self._tiles.folder / path
        self._writing.append(self._writer.submit(files.write, whole, data))
        self._wait(_WAITING_FILES)
        self._written.append(whole)

    def _wait(self, most: int) -> None:
        """Until at most so many files wait to be written. Raises what the writing of one did."""
        while len(self._writing) > most:
            self._writing.popleft().result()

    def _subtrees(self) -> merkle.Subtrees:
        return self._tiles.subtrees(self._size)
