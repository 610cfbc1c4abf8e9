"""How long an evaluation may take: a limit that the statements and the loops within it keep.

A statement is interrupted when its time is up. What Python itself computes cannot be: it is looked at between two
cases, pairs of steps and the like.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from graph.errors import TookTooLong

One = TypeVar("One")
_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)
# A statement that had not begun when it was interrupted runs on, so it is interrupted again after so many seconds.
_AGAIN = 0.1


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Lets the block take so many seconds: what keeps the limit in it raises TookTooLong afterwards."""
    until, outer = time.monotonic() + seconds, _UNTIL.get()
    set_ = _UNTIL.set(until if outer is None else min(until, outer))
    try:
        yield
    finally:
        _UNTIL.reset(set_)


def time_left() -> float | None:
    """The seconds that are left, None where there is no limit. Raises TookTooLong where none are."""
    until = _UNTIL.get()
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TookTooLong("It took longer than it may.", "Raise the limit, or ask for less.")
    return left


def in_time(these: Iterable[One]) -> Iterator[One]:
    """Each of these, as long as there is time. Raises TookTooLong."""
    for one in these:
        time_left()
        yield one


@contextmanager
def interrupted_in_time(interrupt: Callable[[], None]) -> Iterator[None]:
    """Calls `interrupt` from another thread when the time is up before the block has ended, until it has."""
    left = time_left()
    if left is None:
        yield
        return
    ended, changing = threading.Event(), threading.Lock()

    def watch() -> None:
        pause = left
        while not ended.wait(pause):
            with changing:
                if not ended.is_set():
                    interrupt()
            pause = _AGAIN

    threading.Thread(target=watch, name="time limit", daemon=True).start()
    try:
        yield
    finally:
        # Not while it interrupts: that would meet what this thread does next.
        with changing:
            ended.set()
