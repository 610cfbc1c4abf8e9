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

    Who asks works too: it runs the first, and then whatever no helper has begun, so that nothing waits for helpers
    that are busy with others.
    """
    # What holds for who asks, such as a limit of time, holds for helpers too.
    helpers = _WAITING if of_server else _HELPERS
    begun = [helpers.submit(copy_context().run, read) for read in reads[1:]]
    try:
        answers = [read() for read in reads[:1]]
        answers += [read() if by.cancel() else by.result() for read, by in zip(reads[1:], begun, strict=True)]
    finally:
        for by in begun:
            by.cancel()
    return answers


def both(first: Callable[[], Answer], second: Callable[[], Other]) -> tuple[Answer, Other]:
    """The same of two reads whose answers are of different kinds."""
    reads: list[Callable[[], Any]] = [first, second]
    one, other = together(reads)
    return one, other
