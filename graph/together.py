"""Reads that do not need each other's answers, side by side.

Both engines answer several threads at once: DuckDB plans and reads without Python's lock, and Neo4j is waited for. So
an answer that takes many small statements takes less time on the clock, and about the same of the processor.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Other = TypeVar("Other")

_HELPERS = ThreadPoolExecutor(max(1, min(4, (os.cpu_count() or 2) - 1)), thread_name_prefix="read")
# Those who wait for a server leave the cores to it.
_WAITING = ThreadPoolExecutor(2, thread_name_prefix="wait")


def together(reads: Sequence[Callable[[], Answer]], *, of_server: bool = False) -> list[Answer]:
    """The answers in the order of `reads`, the one that takes longest first; with `of_server` these are such that a
    server does all the work for them.

    Who asks works too: it runs the first, and then whatever no helper has begun, and only then waits for those that
    helpers are at.
    """
    # What holds for who asks, such as a limit of time, holds for helpers too.
    helpers = _WAITING if of_server else _HELPERS
    begun = [helpers.submit(copy_context().run, read) for read in reads[1:]]
    try:
        own = {place: read() for place, read in enumerate(reads) if not place or begun[place - 1].cancel()}
        return [own[place] if place in own else begun[place - 1].result() for place in range(len(reads))]
    finally:
        for by in begun:
            by.cancel()


def both(first: Callable[[], Answer], second: Callable[[], Other]) -> tuple[Answer, Other]:
    """The same of two reads whose answers are of different kinds."""
    reads: list[Callable[[], Any]] = [first, second]
    one, other = together(reads)
    return one, other
