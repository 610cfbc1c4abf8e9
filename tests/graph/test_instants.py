"""Instants: text to epoch milliseconds, offset and precision, and back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.errors import UsageError
from graph.instants import check_format, iso, parse, parse_one, utc_iso, utc_ms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EIGHT, TWO = 8 * 3600, 2 * 3600
OFFSETS = st.integers(-86_399, 86_399).map(lambda s: timezone(timedelta(seconds=s)))
AWARE = st.datetimes(timezones=OFFSETS)
ZONES = ("Asia/Shanghai", "Europe/Rome", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
# Leap days, both clock changes of Shanghai's six summers, its change from local mean time in 1901.
NAIVE = st.one_of(
    st.datetimes(),
    st.datetimes(datetime(1985, 1, 1), datetime(1992, 1, 1)),
    st.datetimes(datetime(1900, 12, 30), datetime(1901, 1, 3)),
)


def ms(moment: datetime) -> int:
    """Without going over UTC, which the first and last years of `datetime` do not reach in every offset."""
    east = moment.utcoffset() or timedelta()
    return (moment.replace(tzinfo=UTC) - EPOCH) // MILLISECOND - east // MILLISECOND


def one(
    text: str | None, *, zone: str = "Asia/Shanghai", midnight_exact: bool = False, formats: tuple[str, ...] = ()
) -> tuple[int | None, int | None, str | None, bool]:
    read = parse(pa.array([text], pa.string()), zone=zone, midnight_exact=midnight_exact, formats=formats)
    return read.at_ms[0].as_py(), read.offset[0].as_py(), read.precision[0].as_py(), read.unreadable[0].as_py()


@given(AWARE, st.sampled_from("T "))
@example(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "T")
@example(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8))), "T")
@example(datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))), "T")
def test_an_aware_time_is_what_the_standard_library_reads(moment: datetime, separator: str) -> None:
    text = moment.isoformat(sep=separator)
    east = moment.utcoffset() or timedelta()
    assert one(text)[:2] == (ms(datetime.fromisoformat(text)), int(east.total_seconds()))


@given(NAIVE, st.sampled_from(ZONES))
@example(datetime(1986, 5, 4, 2, 30), "Asia/Shanghai")
@example(datetime(1986, 9, 14, 1, 30), "Asia/Shanghai")
@example(datetime.min, "Asia/Shanghai")
@example(datetime.max, "America/New_York")
def test_a_naive_time_has_the_offset_that_zoneinfo_gives(moment: datetime, zone: str) -> None:
    aware = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
    offset = int((aware.utcoffset() or timedelta()).total_seconds())
    assert one(moment.isoformat(sep=" "), zone=zone)[:2] == (ms(aware), offset)


def test_every_quarter_of_an_hour_of_the_summers_of_shanghai_agrees_with_zoneinfo() -> None:
    info = ZoneInfo("Asia/Shanghai")
    start = datetime(1986, 1, 1)
    moments = [start + timedelta(minutes=15 * i) for i in range(6 * 366 * 96)]
    read = parse(pa.array([m.isoformat() for m in moments]))
    assert read.offset.to_pylist() == [int(info.utcoffset(m).total_seconds()) for m in moments]  # type: ignore[union-attr]
    assert set(read.offset.to_pylist()) == {8 * 3600, 9 * 3600}


def test_before_1901_shanghai_kept_local_mean_time() -> None:
    assert one("1900-12-31T12:00:00")[1] == 8 * 3600 + 5 * 60 + 43
    assert one("1901-01-01T12:00:00")[1] == 8 * 3600


@pytest.mark.parametrize(
    ("text", "shown", "precision"),
    [
        ("2010-10-05T08:05:09.266+02:00", "2010-10-05T08:05:09.266+02:00", "millisecond"),
        ("2010-10-05 08:05:09,2669999+0200", "2010-10-05T08:05:09.266+02:00", "millisecond"),
        ("2010-10-05T08:05:09.2+02", "2010-10-05T08:05:09.200+02:00", "millisecond"),
        ("2010-10-05T08:05:09.123456789012Z", "2010-10-05T08:05:09.123+00:00", "millisecond"),
        ("2010-10-05t08:05:09z", "2010-10-05T08:05:09+00:00", "second"),
        ("2010-10-05T08:05:09.000Z", "2010-10-05T08:05:09+00:00", "second"),
        ("2010-10-05T08:05:09.0004Z", "2010-10-05T08:05:09+00:00", "second"),
        ("2010-10-05 08:05:09 -0330", "2010-10-05T08:05:09-03:30", "second"),
        ("2010-10-05T08:05:09−03:30", "2010-10-05T08:05:09-03:30", "second"),
        ("1890-10-05T08:05:09+08:05:43", "1890-10-05T08:05:09+08:05:43", "second"),
        ("  2010-10-05   08:05\t", "2010-10-05T08:05+08:00", "minute"),
        ("2010-10-05T08:05+0200", "2010-10-05T08:05+02:00", "minute"),
        ("2010-10-05", "2010-10-05", "day"),
        ("2010-10-5", "2010-10-05", "day"),
        ("2010-10-05Z", "2010-10-05", "day"),
        ("2010-10-05+02:00", "2010-10-05", "day"),
        ("2010/10/5 8:05", "2010-10-05T08:05+08:00", "minute"),
        ("2010/1/5", "2010-01-05", "day"),
        ("2010.10.05 08:05:09", "2010-10-05T08:05:09+08:00", "second"),
        ("2010年10月5日", "2010-10-05", "day"),
        ("2010年10月5日 8:05", "2010-10-05T08:05+08:00", "minute"),
        ("2010年10月5日8:05:09", "2010-10-05T08:05:09+08:00", "second"),
        ("2010年10月5日 8时5分", "2010-10-05T08:05+08:00", "minute"),
        ("2010年10月5日8时05分9秒", "2010-10-05T08:05:09+08:00", "second"),
        ("２０１０－１０－０５　０８：０５", "2010-10-05T08:05+08:00", "minute"),
        ("20101005", "2010-10-05", "day"),
        ("20101005123000", "2010-10-05T12:30:00+08:00", "second"),
        ("201010051230", "2010-10-05T12:30+08:00", "minute"),
        ("20101005T123000.5Z", "2010-10-05T12:30:00.500+00:00", "millisecond"),
        ("20101005 12:30:00", "2010-10-05T12:30:00+08:00", "second"),
        ("2010-10", "2010-10", "month"),
        ("2010/1", "2010-01", "month"),
        ("２０１０-10", "2010-10", "month"),
        ("2010.10", "2010-10", "month"),
        ("2010年1月", "2010-01", "month"),
        ("2010", "2010", "year"),
        ("2010年", "2010", "year"),
        ("0001-01-01", "0001-01-01", "day"),
        ("9999-12-31T23:59:59.999-12:00", "9999-12-31T23:59:59.999-12:00", "millisecond"),
        ("2000-02-29", "2000-02-29", "day"),
    ],
)
def test_each_accepted_form(text: str, shown: str, precision: str) -> None:
    at, offset, found, unreadable = one(text)
    assert (found, unreadable) == (precision, False)
    assert at is not None
    assert iso(at, offset, found) == shown


@pytest.mark.parametrize(
    "text",
    [
        "05.10.2010", "10/05/2010", "5 Oct 2010", "10-10-05", "2010-13-01", "2010-00-01", "2010-02-30", "1900-02-29",
        "2010-10-00", "0000-01-01", "2010-10-05T24:00:00", "2010-10-05T25:00:00Z", "2010-10-05T08:60",
        "2010-10-05T08:05:61", "2010-10-05T08:05:60", "2010-10-05T08:05:09.", "2010-10-05T08:05:09+24:00",
        "2010-10-05T08:05:09+02:60", "2010-10-05T08", "2010-10/05", "2010-10-05-05", "2010-0100", "201010",
        "2010.1", "2010101", "1286265600", "1286265600000", "19800100", "2010-10-05T08:05:09Z Z",
        "2010-10-05T08:05:09\n2010-10-05", "soon", "٢٠١٠-١٠-٠٥", "+2010-10-05", "2010-10-05 8:5",
    ],
)  # fmt: skip
def test_what_is_no_instant_or_would_have_to_be_guessed_is_unreadable(text: str) -> None:
    assert one(text) == (None, None, None, True)


@given(st.one_of(st.text(max_size=40), st.text(alphabet="0123456789-/:.,TZ+ 年月日时", max_size=30)))
def test_no_text_raises_and_none_is_both_an_instant_and_unreadable(text: str) -> None:
    at, offset, precision, unreadable = one(text, formats=("%d.%m.%Y",))
    assert (at is None) == (offset is None) == (precision is None)
    assert at is None or not unreadable


@pytest.mark.parametrize("text", [None, "", " ", "　\t"])
def test_a_blank_is_absent_and_not_unreadable(text: str | None) -> None:
    assert one(text) == (None, None, None, False)


def test_the_rest_of_a_millisecond_is_cut_also_before_1970() -> None:
    assert one("1969-12-31T23:59:59.9999Z")[0] == -1
    assert one("1969-12-31T23:59:59.0009Z")[0] == -1000
    assert one("1970-01-01T00:00:00.0019Z")[0] == 1


@pytest.mark.parametrize(
    ("text", "day", "exact"),
    [
        ("2010-10-05T00:00:00.000+02:00", "day", "second"),
        ("2010-10-05 00:00", "day", "minute"),
        ("2010-10-05T00:00:00.0009Z", "day", "second"),
        ("2010-10-04T22:00:00Z", "second", "second"),
        ("2010-10-05T00:00:00.001Z", "millisecond", "millisecond"),
        ("2010-10-05", "day", "day"),
    ],
)
def test_midnight_of_the_source_is_a_day_unless_it_is_exact(text: str, day: str, exact: str) -> None:
    assert one(text, zone="Europe/Rome")[2] == day
    assert one(text, zone="Europe/Rome", midnight_exact=True)[2] == exact


def test_a_fraction_of_zero_says_nothing() -> None:
    assert one("2010-10-05T08:05:39.000+02:00") == one("2010-10-05T08:05:39+02:00")


def test_stated_formats_read_what_is_not_year_first() -> None:
    at = ms(datetime(2010, 10, 5, 6, 5, tzinfo=UTC))
    formats = ("%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%Y", "%I:%M:%S %p %d-%b-%y %z")
    assert one("05.10.2010 08:05", formats=formats, zone="Europe/Rome") == (at, TWO, "minute", False)
    assert one(" 5.10.2010", formats=formats)[1:] == (EIGHT, "day", False)
    assert one("10/2010", formats=formats)[1:] == (EIGHT, "month", False)
    assert one("08:05:00 AM 05-Oct-10 +0200", formats=formats) == (at, TWO, "second", False)
    assert one("05.13.2010", formats=formats) == (None, None, None, True)
    assert one("2010-10-05", formats=formats)[2] == "day"


def test_stated_formats_take_the_zone_and_the_midnight_rule() -> None:
    formats = ("%d/%m/%Y %H:%M:%S.%f",)
    moment = datetime(1988, 7, 1, 12, 0, 0, 266_900, tzinfo=ZoneInfo("Asia/Shanghai"))
    text = "01/07/1988 12:00:00.2669"
    assert one(text, formats=formats) == (ms(moment), 9 * 3600, "millisecond", False)
    assert one("01/07/1988 00:00:00.0", formats=formats)[2] == "day"
    assert one("01/07/1988 00:00:00.0", formats=formats, midnight_exact=True)[2] == "second"


@pytest.mark.parametrize(
    "pattern",
    ["%d.%m", "%H:%M", "%Y %H:%M", "%d.%m.%Y %H", "%d.%m.%Y %I:%M", "%d.%m.%Y %Z", "%Q", "%", "%Y%Y", "%Y-%d"],
)
def test_a_format_that_cannot_be_read_or_leaves_something_to_guess_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="time format"):
        check_format(pattern)
    with pytest.raises(UsageError, match="time format"):
        one("x", formats=(pattern,))


@pytest.mark.parametrize("pattern", ["%d.%m.%Y", "%b %Y", "%Y", "%Y-%j", "%G-W%V-%u", "%d/%m/%y %I:%M %p", "%c"])
def test_a_format_that_is_whole_is_taken(pattern: str) -> None:
    check_format(pattern)


@given(AWARE)
def test_what_is_shown_is_read_as_the_same_instant(moment: datetime) -> None:
    at, offset, precision, _ = one(moment.isoformat(), midnight_exact=True)
    assert at is not None
    assert one(iso(at, offset, precision), midnight_exact=True) == (at, offset, precision, False)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)), OFFSETS)
def test_an_instant_is_shown_as_the_standard_library_would(moment: datetime, offset: timezone) -> None:
    at = ms(moment.replace(tzinfo=UTC))
    cut = EPOCH + at * MILLISECOND
    assert utc_iso(at) == cut.isoformat(timespec="milliseconds")
    local = cut.astimezone(offset)
    east = int((local.utcoffset() or timedelta()).total_seconds())
    for precision, spec in (("millisecond", "milliseconds"), ("second", "seconds"), ("minute", "minutes")):
        assert iso(at, east, precision) == local.isoformat(timespec=spec)
    assert iso(at, east, "day") == local.date().isoformat()
    assert iso(at, None, None) == utc_iso(at)
    assert utc_ms(utc_iso(at)) == at


def test_instants_beyond_the_years_of_datetime_are_shown() -> None:
    assert utc_iso(one("0001-01-01", zone="Etc/GMT-8")[0] or 0) == "0000-12-31T16:00:00.000+00:00"
    assert utc_iso(one("9999-12-31T23:00:00-02:00")[0] or 0) == "+10000-01-01T01:00:00.000+00:00"


def test_columns_of_each_arrow_type_and_with_repetitions_read_alike() -> None:
    texts = ["2010-10-05T08:05:09+02:00", None, "soon", "", "2010/10/5 8:05", "2010-10-05 08:05:09"] * 40
    plain = parse(pa.array(texts))
    dictionary = pa.array(texts).dictionary_encode()
    with_null = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["2010", None]))
    same = [
        parse(given)
        for given in (pa.array(texts, pa.large_string()), dictionary, pa.chunked_array([texts[:7], texts[7:]]))
    ]
    for read in same:
        assert read == plain
    assert plain.unreadable.to_pylist()[:6] == [False, False, True, False, False, False]
    assert [a.type for a in (plain.at_ms, plain.offset, plain.precision, plain.unreadable)] == [
        pa.int64(), pa.int32(), pa.string(), pa.bool_(),
    ]  # fmt: skip
    assert parse(with_null).at_ms.to_pylist()[1:] == [None, None]
    assert parse(with_null).unreadable.to_pylist() == [False] * 3
    assert len(parse(pa.array([], pa.string())).at_ms) == 0
    assert parse(pa.nulls(3)).at_ms.null_count == 3


def test_a_million_different_instants_are_read_in_seconds() -> None:
    at = np.random.default_rng(7).integers(0, 1_700_000_000, 1_000_000) * 1000
    texts = pc.strftime(pa.array(at, pa.timestamp("ms")), format="%Y-%m-%dT%H:%M:%S+00:00")
    started = time.process_time()
    read = parse(texts)
    # About one second; the margin is for slow machines, one value at a time would take a minute.
    assert time.process_time() - started < 10
    assert np.array_equal(read.at_ms.to_numpy(), at)


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(UsageError, match="Did you mean 'Asia/Shanghai'"):
        one("2010-10-05", zone="Asia/Shanghia")


def test_one_argument_is_read_and_a_wrong_one_is_told_the_forms() -> None:
    assert parse_one("2010-10-05T08:05+08:00") == parse_one("2010-10-05 08:05")
    assert parse_one("2010-10-05", zone="UTC") == ms(datetime(2010, 10, 5, tzinfo=UTC))
    for text in ("yesterday", "", "05.10.2010"):
        with pytest.raises(UsageError, match=r"is no instant.*2026-11-24"):
            parse_one(text)
