"""Instants: text of many forms to epoch milliseconds (UTC), with the source's offset and precision.

Year-first forms only (ISO 8601 and its Chinese relatives): whether 05/10 is May or October is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import UsageError

Precision = Literal["millisecond", "second", "minute", "day", "month", "year"]
_FORM = (
    r"^(?P<y>\d{4})(?:(?:[-/.年](?P<mo>\d{1,2})(?:(?:[-/.月](?P<d>\d{1,2})日?)|月)?)|(?:(?P<cmo>\d{2})(?P<cd>\d{2}))|年)?"
    r"(?:(?:[T ]\s*)?(?P<time>(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?"
    r"|(?P<ch>\d{2})(?P<cmi>\d{2})(?P<cs>\d{2})?))?\s*(?P<z>[Zz]|[+-]\d{2}:?(?:\d{2})?)?$"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Instants:
    """Equally long arrays: `at_ms` epoch milliseconds UTC (null where absent or unreadable), `offset` seconds east
    of UTC, `precision`, `unreadable` where there is text that is no instant."""

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
    """Reads a column of texts; `formats` (strptime) are tried on what no known form fits."""
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    unique = _parse_unique(encoded.dictionary, zone, midnight_exact, formats)
    at, offset, precision = (a.take(encoded.indices) for a in unique)
    return Instants(at, offset, precision, pc.and_(encoded.indices.is_valid(), at.is_null()))


def _parse_unique(
    texts: pa.Array, zone: str, midnight_exact: bool, formats: tuple[str, ...]
) -> tuple[pa.Array, pa.Array, pa.Array]:
    plain = pc.utf8_trim_whitespace(pc.utf8_normalize(texts, "NFKC"))
    found = pc.extract_regex(plain, _FORM)
    ok = found.is_valid().to_numpy(zero_copy_only=False)
    parts = {
        name: pc.struct_field(found, name) for name in ("y", "mo", "d", "cmo", "cd", "time", "h", "mi", "s", "f")
    }
    parts |= {name: pc.struct_field(found, name) for name in ("ch", "cmi", "cs", "z")}

    def number(*names: str) -> tuple[np.ndarray, np.ndarray]:
        merged = pc.coalesce(*(_absent_if_empty(parts[n]) for n in names))
        given = merged.is_valid().to_numpy(zero_copy_only=False)
        return pc.fill_null(merged, "0").cast(pa.int64()).to_numpy(), given

    year, _ = number("y")
    month, has_month = number("mo", "cmo")
    day, has_day = number("d", "cd")
    hour, has_hour = number("h", "ch")
    minute, _ = number("mi", "cmi")
    second, has_second = number("s", "cs")
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.fill_null(parts["f"], ""), 3, "0"), 0, 3)
    milli = pc.fill_null(fraction, "0").cast(pa.int64()).to_numpy()
    month, day = np.where(has_month, month, 1), np.where(has_day, day, 1)
    ok &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & ~(has_hour & ~has_day)
    safe_month = np.clip(month, 1, 12)
    ok &= day <= _days_in_month(year, safe_month)
    ok &= (hour <= 23) & (minute <= 59) & (second <= 59)
    days = _days_from_civil(year, safe_month, day)
    local = days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli
    offset, bad_zone = _offsets(_absent_if_empty(parts["z"]), local, ok, zone)
    ok &= ~bad_zone
    midnight = (local % 86_400_000 == 0) & has_hour & (not midnight_exact)
    precision = np.select(
        [~has_month, ~has_day, ~has_hour | midnight, ~has_second, milli == 0],
        ["year", "month", "day", "minute", "second"],
        "millisecond",
    ).astype(object)
    at = local - offset * 1000
    _try_formats(plain, ok, at, offset, precision, zone, midnight_exact, formats)
    absent = ~ok
    return (
        pa.array(at, mask=absent),
        pa.array(offset.astype(np.int32), mask=absent),
        pa.array(precision, pa.string(), mask=absent),
    )


def _absent_if_empty(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


def _days_from_civil(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, chrono-compatible algorithms)."""
    y = year - (month <= 2)
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    days: np.ndarray = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    return days


def _days_in_month(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths: np.ndarray = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[month - 1]
    days: np.ndarray = lengths + ((month == 2) & leap)
    return days


def _offsets(
    zones: pa.Array,
    local: np.ndarray,
    ok: np.ndarray,
    zone: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds east of UTC of each local time, and where the written offset is impossible."""
    offset, bad = np.zeros(len(local), np.int64), np.zeros(len(local), bool)
    encoded = zones.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        digits = text.strip("+-").replace(":", "").ljust(4, "0")
        seconds = 0 if text in "Zz" else int(digits[:2]) * 3600 + int(digits[2:]) * 60
        chosen = codes == code
        offset[chosen] = -seconds if text.startswith("-") else seconds
        bad[chosen] = seconds >= 86_400
    naive = np.flatnonzero((codes == -1) & ok)
    if len(naive):
        info = ZoneInfo(zone)
        # Within one hour of the clock the offset is one and the same, so it is looked up once an hour.
        hours, where = np.unique(local[naive] // 900_000, return_inverse=True)
        found = [_offset_at(int(h) * 900_000, info) for h in hours]
        offset[naive] = np.array(found)[where]
    return offset, bad


def _offset_at(local_ms: int, info: ZoneInfo) -> int:
    try:
        naive = datetime(1970, 1, 1) + timedelta(milliseconds=local_ms)
        delta = info.utcoffset(naive.replace(tzinfo=info))
    except OverflowError:
        delta = None
    return int(delta.total_seconds()) if delta else 0


def _try_formats(  # type: ignore[no-untyped-def]
    plain: pa.Array, ok, at, offset, precision, zone: str, midnight_exact: bool, formats: tuple[str, ...]
) -> None:
    for i in np.flatnonzero(~ok) if formats else ():
        for form in formats:
            try:
                moment = datetime.strptime(plain[int(i)].as_py(), form)
            except ValueError:
                continue
            aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
            offset[i] = int((aware.utcoffset() or timedelta()).total_seconds())
            at[i] = (aware - _EPOCH) // timedelta(milliseconds=1)
            precision[i] = _precision_of(moment, form, midnight_exact)
            ok[i] = True
            break


def _precision_of(moment: datetime, form: str, midnight_exact: bool) -> Precision:
    timed = any(f"%{c}" in form for c in "HIcXT")
    if not timed or (not midnight_exact and moment.time() == datetime.min.time()):
        return "day"
    if not any(f"%{c}" in form for c in "ScXT"):
        return "minute"
    return "millisecond" if moment.microsecond >= 1000 else "second"


def iso(at_ms: int, offset: int | None, precision: str | None) -> str:
    """An instant as people read it: in the source's offset, cut to its precision."""
    moment = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(timezone(timedelta(seconds=offset or 0)))
    if precision in {"year", "month", "day"}:
        return moment.date().isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]]
    spec = {"minute": "minutes", "second": "seconds"}.get(precision or "", "milliseconds")
    return moment.isoformat(timespec=spec)


def utc_iso(at_ms: int) -> str:
    """An instant in UTC, to the millisecond."""
    return iso(at_ms, 0, "millisecond")


def parse_one(text: str, zone: str = "Asia/Shanghai") -> int:
    """Epoch milliseconds of one text. Raises UsageError where it is no instant."""
    at = parse(pa.array([text]), zone=zone).at_ms[0].as_py()
    if at is None:
        raise UsageError(f"'{text}' is no instant.", "Write 2026-11-24 or 2026-11-24T08:30:00+08:00.")
    return int(at)
