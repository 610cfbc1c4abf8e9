"""Properties that are read once, whichever threads ask for them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.read_once import read_once


class Read:
    """`slow` is read while others ask for it; `other` needs it; `failing` fails the first time."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.times = threading.Event(), threading.Event(), 0

    @read_once
    def slow(self) -> list[int]:
        self.times += 1
        self.begun.set()
        assert self.go_on.wait(30)
        return [self.times]

    @read_once
    def other(self) -> list[int]:
        return [*self.slow, 0]

    @read_once
    def failing(self) -> int:
        self.times += 1
        if self.times == 1:
            raise LookupError("the first time")
        return self.times


def test_the_first_reads_and_the_others_wait_for_it() -> None:
    read = Read()
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(lambda: read.slow), *(threads.submit(lambda: read.other) for _ in range(3))]
        assert read.begun.wait(30)
        assert not any(one.done() for one in asked)
        read.go_on.set()
        answers = [one.result(30) for one in asked]
    assert answers == [[1], [1, 0], [1, 0], [1, 0]]
    assert read.times == 1 and read.slow is answers[0] and answers[1] is answers[2]


def test_what_one_object_reads_keeps_no_other_waiting() -> None:
    slow, quick = Read(), Read()
    quick.go_on.set()
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(lambda: slow.slow)
        assert slow.begun.wait(30)
        assert quick.slow == [1]
        slow.go_on.set()
        assert asked.result(30) == [1]


def test_where_it_fails_the_next_reads() -> None:
    read = Read()
    with pytest.raises(LookupError):
        _ = read.failing
    assert read.failing == 2 == read.failing
