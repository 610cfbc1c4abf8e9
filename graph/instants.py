"""Instants: text of many forms to epoch milliseconds (UTC), with the source's offset and precision.

Year-first forms only, ISO 8601 and its Chinese relatives: whether 05/10 is May or October is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import UsageError
from graph.instant_forms import ACCEPTED, NAIVE, UNSAID, Parts, check_format, stated_parts, written_parts
from graph.zones import DAY, Ints, local_offsets

__all__ = ["Instants", "Precision", "check_format", "iso", "parse", "parse_one", "utc_iso", "utc_ms"]

Precision = Literal["millisecond", "second", "minute", "day", "month", "year"]
_PRECISIONS: tuple[Precision, ...] = ("year", "month", "day", "minute", "second", "millisecond")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = datetime(1970, 1, 1)
# How much of an instant to the millisecond is of each precision.
_WIDTHS = {"year": 4, "month": 7, "day": 10, "minute": 16, "second": 19, "millisecond": 23}


@dataclass(frozen=True)
class Instants:
    """Equally long arrays, one place per text.

    `at_ms` (int64) epoch milliseconds UTC, null where the text is absent, blank or unreadable; `offset`
    (int32) seconds east of UTC and `precision` (string, see `Precision`), null where `at_ms` is;
    `unreadable` (bool) where there is text, but no instant.
    """

    at_ms: pa.Array
    offset: pa.Array
    precision: pa.Array
    unreadable: pa.Array


def parse(
    values: pa.Array,
    *,
    zone: str = "Asia/Shanghai",
    midnight_exact: bool = False,
    formats: tuple[str, ...] = (),
) -> Instants:
    """Reads a column of texts as instants, cut (not rounded) to the millisecond.

    A time without offset is one of `zone`. Precision is what the text says, once cut; midnight on the clock
    of the source is a day, unless `midnight_exact`. `formats` (strptime) are tried in their order on what
    none of the year-first forms reads. Raises UsageError on an unknown zone, or a format that `check_format`
    refuses.
    """
    for pattern in formats:
        check_format(pattern)
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string())
        if not _repeats(array):
            return _parse_texts(array, zone, midnight_exact, formats)
        array = array.dictionary_encode()
    unique = _parse_texts(array.dictionary.cast(pa.string()), zone, midnight_exact, formats)
    at, offset, precision, unreadable = (getattr(unique, f.name).take(array.indices) for f in fields(unique))
    return Instants(at, offset, precision, pc.fill_null(unreadable, False))


def _repeats(texts: pa.Array) -> bool:
    """Whether a sample has so many equal values that to read each once is worth finding them."""
    sample = texts.take(pa.array(np.arange(0, len(texts), max(1, len(texts) // 10_000))))
    return bool(pc.count_distinct(sample, mode="all").as_py() < 0.7 * len(sample))


def _parse_texts(texts: pa.Array, zone: str, midnight_exact: bool, formats: tuple[str, ...]) -> Instants:
    if pc.all(pc.string_is_ascii(texts)).as_py() is False:
        texts = pc.utf8_normalize(texts, "NFKC")
    texts = pc.utf8_trim_whitespace(texts)
    present = pc.fill_null(pc.not_equal(texts, ""), False).to_numpy(zero_copy_only=False)
    at, offset = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int32)
    precision, unread = np.zeros(len(texts), np.int8), present.copy()

    def place(rows: Ints, parts: Parts) -> None:
        local, possible = _on_the_clock(parts)
        rows, local, parts = rows[possible], local[possible], parts.at(possible)
        offset[rows] = east = _offsets(parts.offset, local, zone)
        at[rows] = (local - east) * 1000 + parts.milli
        precision[rows] = _precision(parts, local, midnight_exact)
        unread[rows] = False

    for rows, parts in written_parts(texts):
        place(rows, parts)
    if formats and unread.any():
        for rows, parts in stated_parts(texts, np.flatnonzero(unread), formats):
            place(rows, parts)
    nothing = unread | ~present
    names = pa.DictionaryArray.from_arrays(pa.array(precision, mask=nothing), pa.array(_PRECISIONS, pa.string()))
    return Instants(
        pa.array(at, mask=nothing), pa.array(offset, mask=nothing), names.cast(pa.string()), pa.array(unread)
    )


def _on_the_clock(parts: Parts) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Seconds since 1970-01-01 00:00 on the clock of the source, and which parts are a date and time at all."""
    first = (np.where(parts.month == UNSAID, 1, parts.month), np.where(parts.day == UNSAID, 1, parts.day))
    month, day = first
    hour, minute, second = (np.maximum(p, 0) for p in (parts.hour, parts.minute, parts.second))
    months = (parts.year - 1970) * 12 + np.clip(month, 1, 12) - 1
    starts, ends = _first_day(months), _first_day(months + 1)
    possible = (parts.year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= ends - starts)
    possible &= (hour <= 23) & (minute <= 59) & (second <= 59)
    possible &= (parts.offset == NAIVE) | (np.abs(parts.offset) < DAY)
    return (starts + day - 1) * DAY + hour * 3600 + minute * 60 + second, possible


def _first_day(months: Ints) -> Ints:
    """Days from 1970-01-01 to the first of a month, given as months since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _offsets(written: Ints, local: Ints, zone: str) -> Ints:
    naive = written == NAIVE
    if not naive.any():
        return written
    offsets = written.copy()
    offsets[naive] = local_offsets(local[naive], zone)
    return offsets


def _precision(parts: Parts, local: Ints, midnight_exact: bool) -> npt.NDArray[np.int8]:
    midnight = (local % DAY == 0) & (parts.milli == 0) & (not midnight_exact)
    said = (
        parts.month == UNSAID,
        parts.day == UNSAID,
        (parts.hour == UNSAID) | midnight,
        parts.second == UNSAID,
        parts.milli == 0,
    )
    return np.select(said, range(5), 5).astype(np.int8)


def iso(at_ms: int, offset: int | None, precision: str | None) -> str:
    """One instant as people read it: on the clock of its source, no finer than its precision.

    A day is '2010-10-05', a minute '2010-10-05T08:05+02:00'; without precision it is to the millisecond,
    without offset in UTC.
    """
    east = offset or 0
    said = precision or "millisecond"
    text = _written(at_ms + east * 1000, said)
    return text if _WIDTHS[said] <= _WIDTHS["day"] else text + _written_offset(east)


def _written(local_ms: int, precision: str) -> str:
    try:
        return (_LOCAL_EPOCH + timedelta(milliseconds=local_ms)).isoformat("T", "milliseconds")[: _WIDTHS[precision]]
    except OverflowError:
        # Before the year 1 or after 9999, which datetime does not have.
        text = str(np.datetime64(local_ms, "ms"))
        longer = text.index("-", 1) - 4
        plus = "+" if text[4].isdigit() else ""
        return plus + text[: _WIDTHS[precision] + longer]


@lru_cache(maxsize=1_024)
def _written_offset(east: int) -> str:
    minutes, seconds = divmod(abs(east), 60)
    text = f"{'-' if east < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def utc_iso(at_ms: int) -> str:
    """One instant in UTC, to the millisecond: '2010-10-05T06:05:00.000+00:00'."""
    return iso(at_ms, 0, "millisecond")


def utc_ms(text: str) -> int:
    """Epoch milliseconds of what `utc_iso` wrote."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def parse_one(text: str, *, zone: str = "Asia/Shanghai") -> int:
    """Epoch milliseconds of one text, such as the argument of an option; of a day, its beginning.

    Raises UsageError where it is no instant.
    """
    at = parse(pa.array([text], pa.string()), zone=zone).at_ms[0].as_py()
    if at is None:
        raise UsageError(
            "'{text}' is no instant.", "Write it in one of these forms: {forms}.", text=text, forms=ACCEPTED
        )
    return int(at)
