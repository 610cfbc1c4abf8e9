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
        self._kept = np.empty(0, np.uint64), np.empty(0, np.uint16)

    def mend(self, size: int) -> None:
        """Cuts off what lies beyond the head, and makes the file anew from the tiles where it is too short."""
        held = self.path.stat().st_size if self.path.exists() else -1
        if held > size * HASH_BYTES:
            files.cut(self.path, size * HASH_BYTES)
        elif held < size * HASH_BYTES:
            files.write_durably(self.path, b"".join(self._tiles.leaf_rows(0, size, size)))
        self._cut(size)

    def append(self, size: int, hashes: bytes) -> None:
        """Writes hashes behind those of the first `size` leaves."""
        files.append_durably(self.path, hashes, size * HASH_BYTES)
        self._cut(size)

    def _cut(self, size: int) -> None:
        prefixes, begins = self._kept
        self._kept = prefixes[:size], begins[:size]

    def read(self, start: int, end: int, size: int) -> Hashes:
        """The leaf hashes of entries start..end, one a row of 32 bytes."""
        held = self._mapped(size)
        return held[start:end]

    def find(self, leaf_hashes: Sequence[bytes], size: int) -> list[list[int]]:
        """For each of some leaf hashes the indexes of the entries that have it, of a tree of `size`, in order."""
        prefixes, begins = self._first_bytes(size)
        wanted = np.frombuffer(b"".join(each[:8] for each in leaf_hashes), np.uint64)
        # One pass for all of them: which begin with the same two bytes as one that is looked for.
        likely_begins = np.zeros(1 << 16, bool)
        likely_begins[wanted.view(np.uint16)[::4]] = True
        likely = np.flatnonzero(likely_begins[begins])
        prefixes = prefixes[likely]
        return [
            [int(index) for index in likely[prefixes == prefix] if self._holds(int(index), leaf_hash, size)]
            for prefix, leaf_hash in zip(wanted, leaf_hashes, strict=True)
        ]

    def _first_bytes(self, size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint16]]:
        """The first 8 and the first 2 bytes of each hash; copies of these are scanned far faster than the whole."""
        prefixes, begins = self._kept
        if len(prefixes) < size:
            more = np.ascontiguousarray(self.read(len(prefixes), size, size)[:, :8]).view(np.uint64)[:, 0]
            prefixes = np.concatenate([prefixes, more])
            begins = np.concatenate([begins, more.view(np.uint16)[::4]])
            self._kept = prefixes, begins
        return prefixes[:size], begins[:size]

    def _holds(self, index: int, leaf_hash: bytes, size: int) -> bool:
        # The tile decides, not its copy.
        return b"".join(self._tiles.leaf_rows(index, index + 1, size)) == leaf_hash

    def _mapped(self, size: int) -> Hashes:
        if size and self.path.exists() and self.path.stat().st_size >= size * HASH_BYTES:
            return np.memmap(self.path, np.uint8, "r", shape=(size, HASH_BYTES))
        rows = b"".join(self._tiles.leaf_rows(0, size, size))
        return np.frombuffer(rows, np.uint8).reshape(-1, HASH_BYTES)
