"""Working days: the announced ones, and the years that nobody has announced."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from holidays import country_holidays

from graph.days import number_of
from graph.errors import UnreadableInput
from graph.settings import Settings
from graph.working_days import UnknownYear, WorkingDays, working_days

LATER = """years:
  2027:
    holidays: [2027-01-01]
    workdays: [2027-01-03]
    source: 放假通知
"""


def n(text: str) -> int:
    return number_of(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-09", True),
        ("2024-02-10", False),
        ("2024-02-16", False),
        ("2024-02-18", True),
        ("2024-10-12", True),
        ("2024-10-13", False),
    ],
)
def test_make_up_days_are_worked_and_days_off_are_not(day: str, worked: bool) -> None:
    assert WorkingDays().is_working(n(day)) is worked


def test_days_are_counted_over_a_holiday() -> None:
    assert WorkingDays().count(n("2024-02-08"), n("2024-02-19")) == 4
    assert WorkingDays().next_working(n("2024-02-10")) == n("2024-02-18")


def test_a_year_that_nobody_announced_is_refused_until_a_file_says_it(tmp_path: Path) -> None:
    with pytest.raises(UnknownYear, match="2027 are not known"):
        WorkingDays().is_working(n("2027-01-04"))
    path = tmp_path / "later.yaml"
    path.write_text(LATER, encoding="utf-8")
    calendar = working_days(Settings(working_days=path))
    week = [calendar.is_working(n("2026-12-31") + k) for k in range(5)]
    assert week == [True, False, False, True, True]
    with pytest.raises(UnknownYear, match="2028"):
        calendar.count(n("2027-12-30"), n("2028-01-03"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LATER.replace("2027-01-01", "2026-01-01"), "2026-01-01 is no day of 2027"),
        (LATER.replace("2027-01-01", "2027-01-03"), "both off and worked"),
        ("years: [", "cannot be read"),
        ("2027: []", "years: Field required"),
    ],
)
def test_a_file_that_is_none_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "later.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput, match=said):
        working_days(Settings(working_days=path))


def test_another_calendar_agrees_where_it_knows_the_years() -> None:
    other = country_holidays("CN", years=range(2020, 2027))
    days = [date(2020, 1, 1) + timedelta(days=k) for k in range(7 * 365)]
    assert [d for d in days if other.is_working_day(d) != WorkingDays().is_working(number_of(d))] == []
