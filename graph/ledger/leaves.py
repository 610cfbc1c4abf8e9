"""All leaf hashes in one flat file: a copy of level 0 of the tiles, for reading many and finding one.

The file `leaves` is derived and can be made anew from the tiles. It is forced to the disk before the head that covers
it, so what lies below the head's size is whole after a crash, and what lies beyond is cut off. That it equals the
tiles is found by the check of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.ledger import files
from graph.ledger.merkle import HASH_BYTES
from graph.ledger.tiles import Tiles

Hashes = npt.NDArray[np.uint8]


class Leaves:
    """The leaf hashes of the ledger in a folder."""

    def __init__(self, folder: Path, tiles: Tiles) -> None:
        self.path = folder / "leaves"
        self._tiles = tiles
        self._index: _Index | None = None

    def mend(self, size: int) -> None:
        """Cuts off what lies beyond the head, and makes the file anew from the tiles where it is too short."""
        held = self.path.stat().st_size if self.path.exists() else -1
        if held > size * HASH_BYTES:
            files.cut(self.path, size * HASH_BYTES)
        elif held < size * HASH_BYTES:
            files.write_durably(self.path, b"".join(self._tiles.leaf_rows(0, size, size)))
        self._index = None

    def append(self, size: int, hashes: bytes) -> None:
        """Writes hashes behind those of the first `size` leaves."""
        files.append_durably(self.path, hashes, size * HASH_BYTES)
        self._index = None

    def read(self, start: int, end: int, size: int) -> Hashes:
        """The leaf hashes of entries start..end, one a row of 32 bytes."""
        held = self._mapped(size)
        return held[start:end]

    def find(self, leaf_hashes: Sequence[bytes], size: int) -> list[list[int]]:
        """For each of some leaf hashes the indexes of the entries that have it, of a tree of `size`, in order."""
        if self._index is None or self._index.size != size:
            self._index = _Index(self._mapped(size))
        likely = self._index.likely
        return [[at for at in likely(each) if self._holds(at, each, size)] for each in leaf_hashes]

    def _holds(self, index: int, leaf_hash: bytes, size: int) -> bool:
        # The tile decides, not its copy.
        return b"".join(self._tiles.leaf_rows(index, index + 1, size)) == leaf_hash

    def _mapped(self, size: int) -> Hashes:
        if size and self.path.exists() and self.path.stat().st_size >= size * HASH_BYTES:
            return np.memmap(self.path, np.uint8, "r", shape=(size, HASH_BYTES))
        rows = b"".join(self._tiles.leaf_rows(0, size, size))
        return np.frombuffer(rows, np.uint8).reshape(-1, HASH_BYTES)


class _Index:
    """The places of hashes by their first two bytes, in order, and the first eight of each.

    Made by one pass of counting; a look-up then sees one hash in 65,536.
    """

    def __init__(self, hashes: Hashes) -> None:
        self.size = len(hashes)
        self._prefixes = np.ascontiguousarray(hashes[:, :8]).view(np.uint64)[:, 0]
        begins = self._prefixes.view(np.uint16)[::4]
        # Of numbers of 16 bits numpy's stable sort counts instead of comparing.
        self._places = np.argsort(begins, kind="stable")
        self._ends = np.cumsum(np.bincount(begins, minlength=1 << 16))

    def likely(self, leaf_hash: bytes) -> list[int]:
        """Where the hashes are that begin with the same eight bytes."""
        prefix = np.frombuffer(leaf_hash[:8], np.uint64)
        begin = int(prefix.view(np.uint16)[0])
        places = self._places[self._ends[begin - 1] if begin else 0 : self._ends[begin]]
        found: list[int] = places[self._prefixes[places] == prefix].tolist()
        return found
