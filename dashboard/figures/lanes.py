"""Rows for things on an axis, so that neither they nor their labels cover each other."""

from __future__ import annotations

import heapq
import unicodedata
from collections.abc import Sequence

from dashboard.figures.style import cut

WIDTH = 1000
"""How many pixels an axis has at least; labels are given room on this assumption."""
LEAST = WIDTH + 60
"""How wide a figure with lanes has to be, their names included."""
_WIDE, _NARROW = 13.0, 7.2


def label_pixels(text: str) -> float:
    """About how wide a label is: Chinese characters take the whole of their square."""
    return sum(_WIDE if unicodedata.east_asian_width(c) in "WF" else _NARROW for c in text) + 10


def rows_of(extents: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """For each extent (start, end; in the order of their starts) the first row in which it is `gap` after the others.

    Rows that are free longest are not preferred: the lowest free row is taken, so that lanes stay low.
    """
    busy: list[tuple[float, int]] = []
    free: list[int] = []
    rows, made = [], 0
    for start, end in extents:
        while busy and busy[0][0] + gap <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            row = heapq.heappop(free)
        else:
            row, made = made, made + 1
        heapq.heappush(busy, (end, row))
        rows.append(row)
    return rows


def short(text: str, pixels: float) -> str:
    """A label cut to about so many pixels."""
    kept, left = 0, pixels - 10
    for character in text:
        left -= _WIDE if unicodedata.east_asian_width(character) in "WF" else _NARROW
        if left < 0:
            break
        kept += 1
    return cut(text, max(kept, 2))
