"""Dates of which the day or the month may be unknown, as archives write them: 19800100 is January 1980."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

EARLIEST, LATEST = 1000, 2999
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(\d{4})(\d{2})(\d{2})",
        r"(\d{4})(\d{2})",
        r"(\d{4})年?",
        r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?:[T ]00:00(?::00(?:\.0+)?)?)?",
        r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号]?)?",
    )
)


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day, a month or a year; 0 is an unknown month or day. Sorts before what lies within it."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def text(self) -> str:
        """Eight digits as DA/T 22 asks for them, 00 where unknown."""
        return f"{self.year:04}{self.month:02}{self.day:02}"

    @property
    def precision(self) -> Literal["day", "month", "year"]:
        """What is known."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def sort_key(self) -> int:
        """The eight digits as a number."""
        return self.year * 10_000 + self.month * 100 + self.day


def partial_date(text: str) -> PartialDate | None:
    """Reads `19800105`, `19800100`, `198001`, `1980`, `1980-1-5`, `1980/01`, `1980.1.5`, `1980年1月5日`.

    None for what is none of these or no day of the calendar. Fullwidth digits and blanks are taken.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    plain = re.sub(r" ?([年月日号]) ?", r"\1", plain)
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            numbers = [int(part) for part in found.groups() if part and part.isdigit()]
            return _checked(*numbers)
    return None


def _checked(year: int, month: int = 0, day: int = 0) -> PartialDate | None:
    if not EARLIEST <= year <= LATEST or (day and not month):
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return PartialDate(year, month, day)


def date_text(text: str) -> str | None:
    """The eight digits of a date that can be read, else None."""
    read = partial_date(text)
    return read.text if read else None
