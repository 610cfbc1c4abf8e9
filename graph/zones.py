"""Time zones: the offset of local times, many at once, as the standard library's `zoneinfo` gives it."""

from __future__ import annotations

import difflib
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt

from graph.errors import UsageError

Ints = npt.NDArray[np.int64]
DAY = 86_400
_EPOCH = datetime(1970, 1, 1)
_LAST_SECOND = (datetime.max - _EPOCH) // timedelta(seconds=1)


@cache
def zone_names() -> frozenset[str]:
    """The zones of the tz database that mean the same on every machine."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def zone_info(name: str) -> ZoneInfo:
    """The zone of that name. Raises UsageError where there is none."""
    if name not in zone_names():
        near = difflib.get_close_matches(name, sorted(zone_names()), 1)
        raise UsageError(
            f"'{name}' is no time zone of the tz database.",
            f"Did you mean '{near[0]}'?" if near else "Write one such as Asia/Shanghai.",
        )
    return ZoneInfo(name)


def local_offsets(local: Ints, zone: str) -> Ints:
    """Seconds east of UTC of local times, each given as its seconds since 1970-01-01 00:00 on that clock.

    A local time that occurs twice is the first of the two; one that is skipped has the offset from before
    the clock was put forward (PEP 495, fold=0). Times lie in the years 1 to 9999. Raises UsageError on an
    unknown zone.
    """
    info = zone_info(zone)
    if not len(local):
        return local.copy()
    first = int(local.min()) // DAY
    which = local // DAY - first
    seen = np.flatnonzero(np.bincount(which))
    starts = np.zeros(int(seen[-1]) + 1, np.int64)
    ends = starts.copy()
    starts[seen] = _offsets_of((seen + first) * DAY, info)
    ends[seen] = _offsets_of(np.minimum((seen + first + 1) * DAY, _LAST_SECOND), info)
    offsets: Ints = starts[which]
    # No zone has two changes within two days, so a day that ends as it began has none.
    changing = np.flatnonzero((starts != ends)[which])
    if len(changing):
        moments, place = np.unique(local[changing], return_inverse=True)
        offsets[changing] = _offsets_of(moments, info)[place]
    return offsets


def _offsets_of(local: Ints, info: ZoneInfo) -> Ints:
    found = (info.utcoffset((_EPOCH + timedelta(seconds=s)).replace(tzinfo=info)) for s in local.tolist())
    return np.fromiter((int(o.total_seconds()) if o else 0 for o in found), np.int64, len(local))
