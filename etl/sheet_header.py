"""Where the header of a sheet stands, and what its columns are called.

Above it there may be titles and lines such as `姓名：张三`; it may be two rows, with cells merged across and down.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

HEADER_ROWS = 20
LEAST = 2

Row = Sequence[str | None]
Known = Callable[[str], bool]
Across = tuple[int, int, int, int]

_LABELLED = re.compile(r"([^\s:：]+)\s*[:：]\s*([^\s:：]+)(?=\s|$)")


@dataclass(frozen=True)
class Header:
    """`first` and `last` row of the header (from 0), a name per column, and what the lines above say by label.

    `other` is a row above that names columns only and has rows of its own below it, None where there is none.
    """

    first: int
    last: int
    names: tuple[str, ...]
    above: dict[str, str]
    other: int | None = None


def header_name(text: str) -> str:
    """A column name as it is compared: NFKC, lower case, without blanks, underscores and what stands in brackets."""
    plain = "".join(unicodedata.normalize("NFKC", text).replace("_", " ").split()).rstrip(":").lower()
    return re.sub(r"(?<=.)[(\[【〔].*?[)\]】〕]", "", plain)


def find_header(
    rows: Sequence[Row], known: Known, across: Sequence[Across] = (), given: int | None = None
) -> Header | None:
    """The header among the first rows of a sheet, or None where no row names two known columns.

    `across` are the merged cells (top, left, bottom, right, from 0); a cell merged down stands in each of its
    rows already. `given` (from 0) is the row that is the header whatever it says.
    """
    filled = [_filled_across(row, number, across) for number, row in enumerate(rows[:HEADER_ROWS])]
    scores = [len({header_name(text) for text in row if text and known(text)}) for row in filled]
    if given is None and (not scores or max(scores) < LEAST):
        return None
    best = scores.index(max(scores)) if given is None else given
    first = best - 1 if best and _is_group_row(best - 1, across, len(filled[best])) else best
    last = best
    while last + 1 < len(filled) and _continues(filled[last], filled[last + 1]):
        last += 1
    names = _names(filled[first : last + 1], known)
    other = _other_header(filled[:first], known) if given is None else None
    return Header(first, last, names, _labelled(rows[:first], known), other)


def _other_header(above: Sequence[Sequence[str | None]], known: Known) -> int | None:
    """The first row of those above the header that is one itself: all its cells are names, and rows follow it."""
    said = [[text for text in row if text] for row in above]
    for number, texts in enumerate(said):
        if len(set(texts)) >= LEAST and all(map(known, texts)) and any(said[number + 1 :]):
            return number
    return None


def _filled_across(row: Row, number: int, across: Sequence[Across]) -> list[str | None]:
    filled = list(row)
    for top, left, bottom, right in across:
        if top <= number <= bottom and 0 <= left < len(filled):
            for place in range(left, min(right + 1, len(filled))):
                filled[place] = filled[left]
    return filled


def _is_group_row(number: int, across: Sequence[Across], width: int) -> bool:
    """Whether the row has headings over some columns; a cell merged over all of them is a title."""
    spans = [right - left + 1 for top, left, bottom, right in across if top <= number <= bottom]
    return any(1 < span < width for span in spans)


def _continues(row: Row, below: Row) -> bool:
    """Whether the row below belongs to the header: cells merged down say the same in both."""
    return sum(a is not None and a == b for a, b in zip(row, below, strict=True)) >= LEAST


def _names(rows: Sequence[Row], known: Known) -> tuple[str, ...]:
    """The lowest name of each column that is known, else all that stand over it, from the top down."""
    columns = [list(dict.fromkeys(text for text in column if text)) for column in zip(*rows, strict=True)]
    lowest = [next((text for text in reversed(texts) if known(text)), None) for texts in columns]
    often = Counter(name for name in lowest if name)
    names = []
    for place, (texts, name) in enumerate(zip(columns, lowest, strict=True), 1):
        if name is None or often[name] > 1:
            name = " ".join(texts) or f"column {place}"
        names.append(" ".join(name.split()))
    return tuple(names)


def _labelled(rows: Sequence[Row], known: Known) -> dict[str, str]:
    """What the lines above the header say: `label：value` in a cell, or `label：` and the value in the next."""
    said: dict[str, str] = {}
    for row in rows:
        cells = list(dict.fromkeys(text for text in row if text))
        for text, after in zip_longest(cells, cells[1:], fillvalue=""):
            pairs = _LABELLED.findall(text)
            if text.rstrip().endswith((":", "：")) and after:
                pairs = [*pairs, ("".join(text.split()).rstrip(":："), after)]
            said |= {label: value for label, value in pairs if known(label)}
    return said
