"""The rows of hashes of all levels, as tiles hold them, from one of the places where the ledger has them.

A ledger holds its leaves several times: in the entries, in level 0 of the tiles and in the flat copy; the levels
above follow from each. Where these differ, the check asks which of them leads to the signed root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from graph.errors import LedgerAltered
from graph.ledger import merkle
from graph.ledger.merkle import HASH_BYTES
from graph.ledger.tiles import TILE_BYTES, WIDTH, Tiles, width_of

Row = bytes | None


class Rows(Protocol):
    """Gives the hashes of tile `number` of a level; None where it cannot tell them."""

    def row(self, level: int, number: int) -> Row:
        """The row, as wide as the tree asks for."""


class StoredRows:
    """The rows as the files of tiles hold them."""

    def __init__(self, tiles: Tiles, size: int) -> None:
        self._tiles = tiles
        self._size = size

    def row(self, level: int, number: int) -> Row:
        """The row of a file; None where it is missing or too short."""
        try:
            return self._tiles.row(level, number, width_of(self._size, level, number))
        except LedgerAltered:
            return None


class ComputedRows:
    """The rows that follow from leaf hashes, given row by row; of level 0 they are asked for again when needed."""

    def __init__(self, leaves: Callable[[int], Row], rows: Iterable[bytes] = ()) -> None:
        self._leaves = leaves
        self._levels: list[bytearray] = []
        for row in rows:
            self.add(row)

    def add(self, row: bytes) -> bytes | None:
        """Takes up the next row of leaf hashes and gives its root; only the last may be narrower than a tile, and has
        none."""
        level, narrow, first = 0, row, None
        while len(narrow) == TILE_BYTES:
            if level == len(self._levels):
                self._levels.append(bytearray())
            held = self._levels[level]
            root = merkle.perfect_root(narrow)
            first = first or root
            held += root
            if len(held) % TILE_BYTES:
                break
            narrow = bytes(held[-TILE_BYTES:])
            level += 1
        return first

    def row(self, level: int, number: int) -> Row:
        """The row that follows from the leaves."""
        if level == 0:
            return self._leaves(number)
        return bytes(self._levels[level - 1][number * TILE_BYTES : (number + 1) * TILE_BYTES])


def edge(size: int) -> list[tuple[int, int]]:
    """Level and number of the tiles on the right edge of a tree that are not full: their hashes make the root."""
    found = []
    level = 0
    while count := size >> 8 * level:
        if count % WIDTH:
            found.append((level, count // WIDTH))
        level += 1
    return found


def root_from(rows: Iterable[tuple[int, bytes]]) -> bytes:
    """The root from the rows on the right edge, each with its level, the highest first."""
    peaks = merkle.Peaks()
    for level, row in rows:
        for at in range(0, len(row), HASH_BYTES):
            peaks.add(8 * level, row[at : at + HASH_BYTES])
    return peaks.root()


def root_over(rows: Rows, size: int) -> bytes:
    """The root of a tree from its rows; another where one of them cannot be told."""
    return root_from((level, rows.row(level, number) or b"") for level, number in edge(size)[::-1])
