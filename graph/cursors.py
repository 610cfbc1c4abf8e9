"""Cursors of lists: where a page ended, opaque to whoever asks for the next one."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Literal

from graph.errors import UsageError

Part = Literal["text", "text?", "instant?", "count"]
"""What a part of a position is; `?` where it may be null. An instant is in epoch ms, a count begins at 0."""

_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # 0001-01-01 to 9999-12-31
_MOST = 2**53


def cursor(*position: str | int | None) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def position(given: str | None, what: str, *parts: Part) -> tuple[Any, ...]:
    """The position that a cursor names, all null for none.

    Raises UsageError for a cursor that no list of `what` gives: of other parts, or beyond what they can be.
    """
    if given is None:
        return (None,) * len(parts)
    try:
        read = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise no_cursor(what) from error
    if not isinstance(read, list) or len(read) != len(parts) or not all(map(_is, read, parts)):
        raise no_cursor(what)
    return tuple(read)


def no_cursor(what: str) -> UsageError:
    """The error for a cursor that no list of `what` gives."""
    return UsageError("That is no cursor of a list of {what}.", "Take `next` of the page before.", what=what)


def _is(value: object, part: Part) -> bool:
    if value is None:
        return part.endswith("?")
    if part.startswith("text"):
        return isinstance(value, str) and _is_unicode(value)
    low, high = (0, _MOST) if part == "count" else (_FIRST_MS, _LAST_MS)
    return type(value) is int and low <= value <= high


def _is_unicode(text: str) -> bool:
    """JSON can name half of a surrogate pair, which no store takes."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
