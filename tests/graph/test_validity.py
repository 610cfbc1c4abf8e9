"""Until when a record is valid."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.days import number_of
from graph.validity import UNKNOWN, UNLIMITED, valid_through, valid_through_one

D = number_of(date(2024, 1, 10))


@pytest.mark.parametrize(
    ("valid_until", "validity_days", "dated", "submitted", "expected"),
    [
        ("2024-06-30", 5, "2024-01-10", D, number_of(date(2024, 6, 30))),
        ("202406", None, None, None, number_of(date(2024, 6, 30))),
        ("长期", 5, "2024-01-10", None, UNLIMITED),
        ("不详", 5, "2024-01-10", None, D + 5),
        (None, 5, "2024-01-10", D + 100, D + 5),
        (None, 5, "2024-01", None, number_of(date(2024, 1, 6))),
        (None, 0, None, D, D),
        (None, 5, None, None, UNKNOWN),
        (None, None, None, None, UNLIMITED),
    ],
)
def test_its_own_day_then_its_type(
    valid_until: str | None, validity_days: int | None, dated: str | None, submitted: int | None, expected: int
) -> None:
    through = valid_through(
        pa.array([valid_until], pa.string()),
        pa.array([validity_days], pa.int64()),
        pa.array([dated], pa.string()),
        pa.array([submitted], pa.int64()),
    )
    assert through.tolist() == [expected]
    assert valid_through_one(valid_until, validity_days, dated, submitted) == expected


DATES = st.none() | st.sampled_from(
    ["2024-06-30", "202406", "20240100", "2024", "长期", "永久有效", "不详", "", " 2024年6月 "]
)


@given(DATES, st.none() | st.integers(0, 9_999), DATES, st.none() | st.integers(0, 30_000))
def test_one_record_is_judged_as_columns_are(
    until: str | None, days: int | None, dated: str | None, submitted: int | None
) -> None:
    columns = [pa.array([text], pa.string()) for text in (until, dated)]
    numbers = [pa.array([number], pa.int64()) for number in (days, submitted)]
    through = valid_through(columns[0], numbers[0], columns[1], numbers[1])
    assert through.tolist() == [valid_through_one(until, days, dated, submitted)]
