"""Values as catalogues write them: codes, numbers of pages, and the words for form and medium."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pyarrow as pa

MOST_PAGES = 100_000
_SPAN = re.compile(r"(\d{1,6})(?:[-–—―~至到](\d{1,6}))?")


def of_each(texts: pa.Array, made: Callable[[str], str | int | None], type_: pa.DataType | None = None) -> pa.Array:
    """What `made` gives for each text; each distinct text is asked once, null stays null."""
    encoded = texts.dictionary_encode()
    answers = [made(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(answers, type_ or pa.string()).take(encoded.indices)


def code(text: str) -> str | None:
    """A number or code: NFKC, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()) or None


def page_count(text: str) -> int | None:
    """How many pages: `12`, `12页`, `共12页`, a range `3-14` (12 pages), several `1-3,7` (4). None for all else."""
    return _counted(text, single=True)


def pages_of_range(text: str) -> int | None:
    """The same of a column of page numbers, where a number alone is a page and no count."""
    return _counted(text, single=False)


def _counted(text: str, *, single: bool) -> int | None:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = re.sub(r"^[共第]|[页頁张p]$", "", plain, flags=re.IGNORECASE)
    parts = [_SPAN.fullmatch(part) for part in re.split(r"[,、;]", plain)]
    total = 0
    for part in parts:
        if part is None:
            return None
        first, last = int(part[1]), int(part[2] or part[1])
        if part[2] is None and len(parts) == 1:
            return first if single and first <= MOST_PAGES else None
        if last < first:
            return None
        total += last - first + 1
    return total if total <= MOST_PAGES else None
