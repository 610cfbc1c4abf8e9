"""Dates with unknown parts, and the days of instants."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.days import CHINA_OFFSET, Day, day_of, day_text, last_day, number_of, read_day, start_of

DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@given(DATES, st.sampled_from(("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%dT00:00:00")))
def test_a_whole_date_is_its_day_in_any_form(day: date, form: str) -> None:
    assert read_day(day.strftime(form)) == Day(number_of(day), "day")
    assert last_day(day.strftime(form)) == number_of(day)
    assert day_text(number_of(day)) == day.isoformat()


@given(DATES)
def test_unknown_parts_are_the_whole_month_or_year(day: date) -> None:
    month = day.replace(day=1)
    year = day.replace(month=1, day=1)
    for text in (f"{day:%Y%m}00", f"{day:%Y%m}", f"{day:%Y-%m}", f"{day:%Y年%m月}"):
        assert read_day(text) == Day(number_of(month), "month")
        assert last_day(text) == number_of((month + timedelta(days=31)).replace(day=1)) - 1
    for text in (f"{day:%Y}0000", f"{day:%Y}", f"{day:%Y年}", f"{day:%Y}00"):
        assert read_day(text) == Day(number_of(year), "year")
        assert last_day(text) == number_of(date(day.year, 12, 31))


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day = read_day(text)
    assert (day is None) == (last_day(text) is None)


@pytest.mark.parametrize("text", ["", "不详", "19801301", "19800231", "2020-13", "98", "2020-01-01x", None])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert read_day(text) is None


@given(st.integers(min_value=-25_000, max_value=50_000))
def test_a_day_begins_in_china(number: int) -> None:
    assert day_of(start_of(number), None) == number
    assert day_of(start_of(number) - 1, CHINA_OFFSET) == number - 1
    assert day_of(start_of(number), 0) == number - 1


def test_a_day_beyond_the_calendar_is_its_first_or_last() -> None:
    assert day_text(number_of(date.max) + 1) == "9999-12-31"
    assert day_text(number_of(date.min) - 1) == "0001-01-01"
