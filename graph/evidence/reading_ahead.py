"""The next portion is read by a thread of its own while the one before it is compared."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items in the same order; one is made ready while another is in use.

    Databases and columns work without Python's lock, hashes with it: the two go on side by side.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as reader:
        waiting = reader.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = reader.submit(next, items, None)
            yield item
