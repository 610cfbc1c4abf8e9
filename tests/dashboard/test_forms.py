"""How numbers, instants and lengths of time are written."""

from __future__ import annotations

import pytest

from dashboard.forms import by_day, count, in_china, instant, length, money, share, source
from dashboard.texts import Texts

EN = Texts("en")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0"),
        (0.25, "0.250 s"),
        (59, "59 s"),
        (3600, "1 h"),
        (196_062, "2 d 6 h"),
        (86_400 + 59, "1 d 59 s"),
        (-90, "−1 min 30 s"),
    ],
)
def test_a_length_has_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert length(seconds, EN) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, ""),
        ("19800100", "19800100"),
        ("2024-06", "2024-06"),
        ("2024-06-30", "2024-06-30"),
        ("2024-06-30T08:05+08:00", "2024-06-30 08:05"),
        ("2024-06-30T08:05:09+08:00", "2024-06-30 08:05:09"),
        ("2024-06-30T08:05:09.120+08:00", "2024-06-30 08:05:09.120"),
        ("2010-10-05T08:05:00.000+02:00", "2010-10-05 08:05:00 UTC+02:00"),
        ("+12024-06-30T08:05:00", "+12024-06-30T08:05:00"),
    ],
)
def test_an_instant_is_on_its_own_clock_and_no_finer_than_it_is(text: str | None, shown: str) -> None:
    assert instant(text) == shown


def test_instants_in_utc_are_shown_in_china() -> None:
    assert in_china("2024-06-30T20:05:09.120+00:00") == "2024-07-01 04:05:09"
    assert in_china(None) == ""
    assert in_china("1999-06") == "1999-06"
    assert by_day("2024-06-29T16:00:00.000+00:00") == "2024-06-30"
    assert by_day("2024-06-29T16:00:01.000+00:00") == "2024-06-30 00:00:01"


def test_shares_are_rounded_down_so_that_all_is_all() -> None:
    assert [share(part) for part in (None, 0.0, 1 / 3, 0.29, 0.999, 1.0)] == ["", "0%", "33%", "29%", "99%", "100%"]


def test_numbers_amounts_and_sources() -> None:
    assert [count(n) for n in (None, 0, 1_234_567)] == ["", "0", "1,234,567"]
    assert [money(fen) for fen in (None, 0, 123_456, -5)] == ["", "¥0.00", "¥1,234.56", "−¥0.05"]
    assert source("a.csv", None, EN) == "a.csv"
    assert source("a.csv", 3_145_797, EN) == "a.csv, row 3145797"
    assert source("a.xlsx", 69, EN) == "a.xlsx, row 69"
    assert source("a.XLSX", 3 * 2**20 + 69, EN) == "a.XLSX, sheet 4, row 69"
