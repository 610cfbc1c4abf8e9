"""The next portion is read by a thread of its own while the one before it is compared."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def ahead(items: Iterator[Item]) -> Iterator[Iterator[Item]]:
    """The same items in the same order; one is made ready while another is in use, the first from here on.

    Databases and columns work without Python's lock, hashes with it: the two go on side by side.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as reader:
        yield _handed_out(items, reader, reader.submit(next, items, None))


def _handed_out(items: Iterator[Item], reader: ThreadPoolExecutor, waiting: Future[Item | None]) -> Iterator[Item]:
    while (item := waiting.result()) is not None:
        waiting = reader.submit(next, items, None)
        yield item
