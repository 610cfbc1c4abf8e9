"""What guides write of time, as limits: '15个工作日', '鉴定结论后60日内', '60日,可延30日', '每月1-20日'."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

_NUMERALS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBER = r"(?P<{0}>\d{{1,4}}|[一二两三四五六七八九十]{{1,3}})"
_UNIT = r"(?P<unit>个?工作日|个?自然日|[日天])"
_DAYS = re.compile(
    r"(?:(?P<from>.*?)(?:之日起|日起|起|之后|后))?的?(?:在)?"
    + _NUMBER.format("days")
    + _UNIT
    + r"(?:之内|以内|内)?(?P<rest>.*)"
)
_EXTENDED = re.compile(r"(?:可以?|最多可|最长可)?(?:再)?延长?(?:期)?" + _NUMBER.format("days") + _UNIT)
_MONTHLY = re.compile(r"每月(\d{1,2})[日号]?[-~—–至到](\d{1,2})[日号](?:.{0,4})")
_YEARLY = re.compile(r"每年(\d{1,2})月(\d{1,2})日(?:之|以)?前(?:.{0,4})")
_NEXT_MONTH = re.compile(r"(?:于|自)?次月.{0,4}")
_AT_ONCE = re.compile(r".{0,6}(?:当场|即时|立即|即办|当日).{0,6}")
_RECEIVED = re.compile(r"^(?:自|从)?(?:收到|接到|取得|作出)?")
_PLAIN_REST = frozenset(("", "申请", "办结", "提出申请", "办理", "完成"))


@dataclass(frozen=True)
class WrittenLimit:
    """A limit as it is written: days of a kind, from something (as it is called), extended; or a window."""

    days: int | None = None
    kind: Literal["natural", "working"] | None = None
    counts_from: str | None = None
    extension_days: int | None = None
    monthly: tuple[int, int] | None = None
    until: str | None = None
    next_month: bool = False

    @property
    def window(self) -> dict[str, object] | None:
        """The window as a standard says it."""
        if self.monthly is not None:
            return {"monthly": list(self.monthly)}
        if self.until is not None:
            return {"until": self.until}
        return {"next_month": True} if self.next_month else None


def read_limit(text: str) -> WrittenLimit | None:
    """The limit that a text writes, None where it writes none, or more than can be read."""
    parts = [part for part in re.split(r"[,;、。]", "".join(unicodedata.normalize("NFKC", text).split())) if part]
    if not parts or len(parts) > 2:
        return None
    first = _one(parts[0])
    if first is None or len(parts) == 1:
        return first
    more = _EXTENDED.fullmatch(parts[1])
    if more is None or first.days is None or _kind(more["unit"]) != first.kind:
        return None
    return WrittenLimit(first.days, first.kind, first.counts_from, _number(more["days"]))


def _one(text: str) -> WrittenLimit | None:
    if found := _MONTHLY.fullmatch(text):
        first, last = int(found[1]), int(found[2])
        return WrittenLimit(monthly=(first, last)) if 1 <= first <= last <= 31 else None
    if found := _YEARLY.fullmatch(text):
        month, day = int(found[1]), int(found[2])
        return WrittenLimit(until=f"{month:02}-{day:02}") if 1 <= month <= 12 and 1 <= day <= 31 else None
    if _NEXT_MONTH.fullmatch(text):
        return WrittenLimit(next_month=True)
    if (found := _DAYS.fullmatch(text)) and found["rest"] in _PLAIN_REST:
        of = _RECEIVED.sub("", found["from"]) if found["from"] else None
        return WrittenLimit(_number(found["days"]), _kind(found["unit"]), of or None)
    return WrittenLimit(0, "natural") if _AT_ONCE.fullmatch(text) else None


def _kind(unit: str) -> Literal["natural", "working"]:
    return "working" if "工作" in unit else "natural"


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMERALS.get(text, 0)
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
