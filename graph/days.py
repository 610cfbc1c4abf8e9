"""Days: dates as records state them, in which day or month may be unknown, and the day of an instant.

A day is its number since 1970-01-01. What has no offset of its own is on the clock of China (UTC+8).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

CHINA_OFFSET = 8 * 3600
DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)
_COMPACT = re.compile(r"(\d{4})(?:(\d{2})(\d{2})?)?")
_WRITTEN = re.compile(r"(\d{4})(?:[-/.年](?:(\d{1,2})(?:[-/.月](?:(\d{1,2})日?)?)?)?)?(?:[T ].*)?")


@dataclass(frozen=True)
class Day:
    """The first day that a date can mean, and how much of it is known."""

    number: int
    precision: Literal["day", "month", "year"]


@lru_cache(maxsize=65_536)
def read_day(text: str | None) -> Day | None:
    """The day of a text such as 19800100, 1980-01-15 or 1980年1月; 00 is an unknown day or month.

    None where there is no text, or it is no date.
    """
    plain = unicodedata.normalize("NFKC", text or "").strip()
    found = _COMPACT.fullmatch(plain) or _WRITTEN.fullmatch(plain)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        first = date(year, month or 1, (day or 1) if month else 1)
    except ValueError:
        return None
    return Day(number_of(first), "year" if not month else "month" if not day else "day")


def last_day(text: str | None) -> int | None:
    """The number of the last day that a date can mean, None where it is none."""
    day = read_day(text)
    if day is None or day.precision == "day":
        return day.number if day else None
    first = _EPOCH + timedelta(days=day.number)
    months = 1 if day.precision == "month" else 12
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return number_of(date(year, month + 1, 1)) - 1 if year <= date.max.year else number_of(date.max)


def number_of(day: date) -> int:
    """The number of a day."""
    return (day - _EPOCH).days


def day_text(number: int) -> str:
    """A day as '2024-06-30'; the first or last of the calendar for one beyond it."""
    return date.fromordinal(min(max(number + _EPOCH.toordinal(), 1), date.max.toordinal())).isoformat()


def day_of(at_ms: int, offset: int | None) -> int:
    """The day of an instant (epoch ms) on the clock of its source (seconds east of UTC)."""
    return (at_ms + 1000 * (CHINA_OFFSET if offset is None else offset)) // DAY_MS


def start_of(number: int) -> int:
    """The instant (epoch ms) at which a day begins in China."""
    return number * DAY_MS - 1000 * CHINA_OFFSET
