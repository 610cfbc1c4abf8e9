"""Until when a record is valid: its own last day, or else so many days from its date. docs/reuse.md has the rule."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.days import last_day, read_day

UNLIMITED = 2_932_896
UNKNOWN = np.iinfo(np.int64).min
_ALWAYS = ("长期", "长期有效", "永久", "永久有效")

Ints = npt.NDArray[np.int64]


def first_days(texts: pa.Array) -> pa.Array:
    """The first day (since 1970) that each date can mean, null for none."""
    encoded = texts.dictionary_encode()
    days = [read_day(text) for text in encoded.dictionary.to_pylist()]
    return pa.array([day.number if day else None for day in days], pa.int64()).take(encoded.indices)


def valid_through(valid_until: pa.Array, validity_days: pa.Array, dates: pa.Array, submitted: pa.Array) -> Ints:
    """The last day (since 1970) on which each record is valid: UNLIMITED (9999-12-31), or UNKNOWN.

    `valid_until` and `dates` are texts of the records, `validity_days` those of their types (null for unlimited
    or no type), `submitted` the day of the first submission (null where there was none). UNKNOWN is a record of a
    limited type without date and submission.
    """
    own = _own_last_days(valid_until)
    begin = pc.coalesce(first_days(dates), submitted.cast(pa.int64()))
    limit = pc.add(begin, validity_days.cast(pa.int64()))
    by_type = pc.if_else(validity_days.is_null(), UNLIMITED, pc.coalesce(limit, pa.scalar(int(UNKNOWN), pa.int64())))
    through: Ints = np.asarray(pc.coalesce(own, by_type.cast(pa.int64())), np.int64)
    return through


def _own_last_days(texts: pa.Array) -> pa.Array:
    encoded = texts.dictionary_encode()
    days = [UNLIMITED if text in _ALWAYS else last_day(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(days, pa.int64()).take(encoded.indices)


def valid_through_one(
    valid_until: str | None, validity_days: int | None, dated: str | None, submitted: int | None
) -> int:
    """What `valid_through` gives for a single record, without the cost of columns."""
    own = UNLIMITED if valid_until in _ALWAYS else last_day(valid_until)
    if own is not None:
        return own
    if validity_days is None:
        return UNLIMITED
    day = read_day(dated)
    begin = day.number if day else submitted
    return int(UNKNOWN) if begin is None else begin + validity_days
