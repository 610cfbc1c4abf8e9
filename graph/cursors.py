"""Cursors of lists: where a page ended, opaque to whoever asks for the next one."""

from __future__ import annotations

import base64
import binascii
import json

from graph.errors import UsageError


def cursor(*position: str | int | None) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def position(given: str | None, parts: int, what: str) -> tuple[str | int | None, ...]:
    """The position that a cursor names, all null for none. Raises UsageError for a cursor of no list of `what`."""
    if given is None:
        return (None,) * parts
    try:
        read = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise _no_cursor(what) from error
    if not isinstance(read, list) or len(read) != parts:
        raise _no_cursor(what)
    return tuple(read)


def _no_cursor(what: str) -> UsageError:
    return UsageError("That is no cursor of a list of {what}.", "Take `next` of the page before.", what=what)
