"""Dates with an unknown day or month."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.partial_dates import PartialDate, date_text, partial_date

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("19800105", "19800105"),
        ("19800100", "19800100"),
        ("19800000", "19800000"),
        ("198001", "19800100"),
        ("1980", "19800000"),
        ("１９８００１００", "19800100"),
        ("1980-1-5", "19800105"),
        ("1980.01", "19800100"),
        ("1980/01/05", "19800105"),
        ("1980-01-05T00:00:00", "19800105"),
        ("1980年1月5日", "19800105"),
        ("1980年 1月", "19800100"),
        ("1980年", "19800000"),
        ("19990231", None),
        ("19800005", None),
        ("1980-13", None),
        ("1980-01/05", None),
        ("1980-01-05T09:30:00", None),
        ("不详", None),
        ("", None),
        ("99991231", None),
        ("198", None),
    ],
)
def test_what_is_read(text: str, digits: str | None) -> None:
    assert date_text(text) == digits


@given(DAYS, st.sampled_from(["day", "month", "year"]))
def test_all_forms_of_a_date_are_one(day: date, precision: str) -> None:
    month, number = (day.month if precision != "year" else 0), (day.day if precision == "day" else 0)
    expected = PartialDate(day.year, month, number)
    digits = f"{day.year}{month:02}{number:02}"
    forms = {
        "day": [day.isoformat(), f"{day.year}年{month}月{number}日", f"{day.year}.{month}.{number}"],
        "month": [f"{day.year}-{month}", f"{day.year}年{month:02}月", f"{day.year}{month:02}"],
        "year": [f"{day.year}", f"{day.year}年"],
    }
    read = [partial_date(text) for text in [digits, *forms[precision]]]
    assert set(read) == {expected}
    assert (expected.text, expected.precision, expected.sort_key) == (digits, precision, int(digits))


@given(DAYS, DAYS)
def test_dates_sort_as_their_keys_do(one: date, other: date) -> None:
    a, b = PartialDate(one.year, one.month, one.day), PartialDate(other.year, other.month, other.day)
    assert (a < b) == (one < other) == (a.sort_key < b.sort_key)


@given(st.text(max_size=12))
def test_anything_else_is_none_or_a_day_of_the_calendar(text: str) -> None:
    read = partial_date(text)
    if read is not None:
        date(read.year, read.month or 1, read.day or 1)
        assert partial_date(read.text) == read
