"""Until when a record is valid."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from graph.days import number_of
from graph.validity import UNKNOWN, UNLIMITED, valid_through

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
