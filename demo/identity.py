"""Whom a source names, by what it says: the rules by which all sources' people are told apart."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import lru_cache

from demo.numbers import is_credit_code, is_identity_number, person_check
from demo.organisations import Organisation


def subject(kind: str, system: str, *, number: str, key: str = "", name: str = "", birth_date: str = "") -> str:
    """`kind:number` where the number is valid, else `kind:system:key`, else `kind:system:name:birth date`.

    15 digits are made 18. The birth date is as `YYYY-MM-DD` or ''.
    """
    valid = valid_number(kind, number)
    if valid:
        return f"{kind}:{valid}"
    return f"{kind}:{system}:{key}" if key else f"{kind}:{system}:{name}:{birth_date}"


@lru_cache(maxsize=200_000)
def valid_number(kind: str, text: str) -> str:
    """The number in its 18 characters, or '' where it is not valid."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if kind == "organisation":
        return number if is_credit_code(number) else ""
    if len(number) == 15 and number.isdigit():
        body = f"{number[:6]}19{number[6:]}"
        number = body + person_check(body)
    return number if is_identity_number(number) and _is_day(number[6:14]) else ""


def of_organisation(organisation: Organisation) -> str:
    """The subject of an employer, whose code is always right here."""
    return f"organisation:{organisation.credit_code}"


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
