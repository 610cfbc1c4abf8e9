"""Instants of many forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UsageError
from graph.instants import iso, parse, parse_one

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=OFFSETS)


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _one(text: str, **options: object) -> tuple[int | None, int | None, str | None, bool]:
    read = parse(pa.array([text]), **options)  # type: ignore[arg-type]
    return read.at_ms[0].as_py(), read.offset[0].as_py(), read.precision[0].as_py(), read.unreadable[0].as_py()


@given(MOMENTS)
def test_an_aware_iso_instant_comes_back_to_the_millisecond(moment: datetime) -> None:
    at, offset, _, unreadable = _one(moment.isoformat())
    assert (at, unreadable) == (_ms(moment), False)
    assert offset == (moment.utcoffset() or timedelta()).total_seconds()


@given(st.datetimes(min_value=datetime(1850, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_naive_instant_takes_the_zone(moment: datetime) -> None:
    aware = moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    at, offset, *_ = _one(moment.isoformat(sep=" "))
    assert offset == int((aware.utcoffset() or timedelta()).total_seconds())
    assert at == (moment - datetime(1970, 1, 1)) // timedelta(milliseconds=1) - offset * 1000


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    at, _, _, unreadable = _one(text)
    assert (at is None) == unreadable


@pytest.mark.parametrize(
    ("text", "shown", "precision"),
    [
        ("2010-10-05T08:05:09.266+02:00", "2010-10-05T08:05:09.266+02:00", "millisecond"),
        ("2010-10-05 08:05:09,2669999+0200", "2010-10-05T08:05:09.266+02:00", "millisecond"),
        ("2010-10-05T08:05:09.000Z", "2010-10-05T08:05:09+00:00", "second"),
        ("2010-10-05 08:05", "2010-10-05T08:05+08:00", "minute"),
        ("2010-10-05T00:00:00.000+02:00", "2010-10-05", "day"),
        ("2010/10/5 8:05", "2010-10-05T08:05+08:00", "minute"),
        ("2010年10月5日", "2010-10-05", "day"),
        ("２０１０-10-05", "2010-10-05", "day"),
        ("20101005123000", "2010-10-05T12:30:00+08:00", "second"),
        ("20101005", "2010-10-05", "day"),
        ("2010-10", "2010-10", "month"),
        ("2010", "2010", "year"),
    ],
)
def test_forms_that_are_known(text: str, shown: str, precision: str) -> None:
    at, offset, found, unreadable = _one(text)
    assert (found, unreadable) == (precision, False)
    assert at is not None and iso(at, offset, found) == shown


@pytest.mark.parametrize(
    "text",
    ["05.10.2010", "10/05/2010", "2010-13-01", "2010-02-30", "2010-10-05T25:00:00Z", "2010-10-05T8:60", "soon"],
)
def test_what_is_no_instant_is_said(text: str) -> None:
    assert _one(text) == (None, None, None, True)


def test_a_given_format_is_taken_and_midnight_may_be_exact() -> None:
    assert _one("05.10.2010 08:05", formats=("%d.%m.%Y %H:%M",), zone="Europe/Rome")[:3] == (
        _ms(datetime(2010, 10, 5, 6, 5, tzinfo=UTC)),
        7200,
        "minute",
    )
    assert _one("2010-10-05T00:00:00+02:00", midnight_exact=True)[2] == "second"


def test_an_argument_that_is_no_instant_is_refused() -> None:
    with pytest.raises(UsageError, match="is no instant"):
        parse_one("yesterday")
