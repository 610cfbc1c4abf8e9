"""How numbers, instants and lengths of time are written for readers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from dashboard.texts import Texts
from etl.sheet_source import ROWS_OF_A_SHEET

CHINA = timezone(timedelta(hours=8))
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def count(number: int | None) -> str:
    """A number of things, in groups of three digits."""
    return "" if number is None else f"{number:,}"


def share(part: float | None) -> str:
    """A part of the whole, in whole percent, rounded down so that 100% means all."""
    return "" if part is None else f"{int(part * 100 + 1e-9)}%"


def length(seconds: float | None, say: Texts) -> str:
    """A length of time in its two largest units."""
    if seconds is None:
        return ""
    left = abs(seconds)
    sign = "−" if seconds < 0 else ""
    if left < 1:
        return "0" if left == 0 else f"{sign}{left:.3f} {say('time.s')}"
    parts = []
    for size, unit in ((_DAY, "time.d"), (_HOUR, "time.h"), (_MINUTE, "time.min"), (1, "time.s")):
        whole, left = divmod(left, size)
        if whole:
            parts.append(f"{whole:.0f} {say(unit)}")
    return sign + " ".join(parts[:2])


def instant(text: str | None) -> str:
    """An instant (ISO text) on the clock that it names and no finer than it is; the clock where it is not China's."""
    if not text or "T" not in text:
        return text or ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    seconds = ":%S" if len(text) > len("2024-06-30T08:05+08:00") else ""
    milliseconds = f".{at.microsecond // 1000:03d}" if at.microsecond else ""
    own = at.utcoffset()
    east = "" if own is None or own == CHINA.utcoffset(None) else f" UTC{text[-6:]}"
    return f"{at.strftime(f'%Y-%m-%d %H:%M{seconds}')}{milliseconds}{east}"


def in_china(text: str | None) -> str:
    """An instant (ISO text in UTC) on China's clock, to the second."""
    if not text or "T" not in text:
        return text or ""
    try:
        return f"{datetime.fromisoformat(text).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return text


def by_day(text: str | None) -> str:
    """An instant (ISO text in UTC) on China's clock; its day where it is the beginning of one, where an instant
    stands of which the source gives no more than the day."""
    return in_china(text).removesuffix(" 00:00:00")


def of_ms(at_ms: int, offset: int = 28_800) -> datetime:
    """Epoch milliseconds as a naive time on a clock ahead of UTC by `offset` seconds, as figures draw it."""
    return datetime(1970, 1, 1) + timedelta(milliseconds=at_ms + 1000 * offset)


def source(file: str, row: int | None, say: Texts) -> str:
    """The file and the row in it that say something; of a workbook the sheet, too, which its row numbers hold."""
    if row is None:
        return file
    sheet, below = divmod(row, ROWS_OF_A_SHEET) if file.lower().endswith(".xlsx") else (0, row)
    if sheet:
        return say("source.sheet", file=file, sheet=sheet + 1, row=below)
    return say("source.row", file=file, row=row)


def money(fen: int | None) -> str:
    """An amount in yuan."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}¥{yuan:,}.{rest:02d}"
