"""Identity numbers (GB 11643) and unified social credit codes (GB 32100) with their check characters."""

from __future__ import annotations

import re
from datetime import date

_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERSON_CHECK = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def identity_number(region: str, birth_date: date, sequence: int) -> str:
    """The 18 characters of a person; an odd `sequence` (0 to 999) is a man's."""
    body = f"{region}{birth_date:%Y%m%d}{sequence:03d}"
    return body + person_check(body)


def person_check(body: str) -> str:
    """The check character of the first 17 digits."""
    total = sum(w * int(d) for w, d in zip(_PERSON_WEIGHTS, body, strict=True))
    return _PERSON_CHECK[total % 11]


def is_identity_number(text: str) -> bool:
    """Whether the 18 characters are right, check character included."""
    return bool(re.fullmatch(r"[1-9][0-9]{16}[0-9X]", text)) and person_check(text[:17]) == text[17]


def short_form(number: str) -> str:
    """The 15 digits that were given out before 1999: without century and check character."""
    return number[:6] + number[8:17]


def with_wrong_check(number: str) -> str:
    """The number with a check character that can't be right."""
    return number[:17] + _PERSON_CHECK[(_PERSON_CHECK.index(number[17]) + 4) % 11]


def full_width(text: str) -> str:
    """The same digits as an input method for Chinese writes them."""
    return text.translate(_FULL_WIDTH)


def credit_code(region: str, serial: int) -> str:
    """The 18 characters of an enterprise; `serial` (up to eight digits) is its organisation code's body."""
    body = f"{serial:08d}"
    rest = 11 - sum(w * int(d) for w, d in zip(_BODY_WEIGHTS, body, strict=True)) % 11
    first = f"91{region}{body}{ {10: 'X', 11: '0'}.get(rest, str(rest)) }"
    return first + credit_check(first)


def credit_check(first: str) -> str:
    """The check character of the first 17 characters."""
    return _CREDIT[-sum(_CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(first)) % 31]


def is_credit_code(text: str) -> bool:
    """Whether the 18 characters are right, check character included."""
    return bool(re.fullmatch(f"[{_CREDIT}]{{18}}", text)) and credit_check(text[:17]) == text[17]
