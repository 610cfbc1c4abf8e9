"""The days on which the centre works: weekdays but the holidays, and the make-up days (调休) at weekends."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

_DAY = timedelta(days=1)


@lru_cache(maxsize=16_384)
def is_working(day: date) -> bool:
    """Whether the day is a working day; known from 2004 to 2026."""
    return bool(chinese_calendar.is_workday(day))


def at_or_after(day: date) -> date:
    """The first working day that is not before the day."""
    while not is_working(day):
        day += _DAY
    return day


def later(day: date, days: int) -> date:
    """So many working days after the day."""
    for _ in range(days):
        day = at_or_after(day + _DAY)
    return day


def in_next_month(day: date, number: int) -> date:
    """The first working day from that day of the next month on."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=number)
    return at_or_after(first)
