"""Reads side by side: each answer in its place, whoever gave it, and no wait for helpers that are busy."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from graph import together as together_module
from graph.together import both, together


def test_answers_come_in_the_order_of_the_reads() -> None:
    assert together([partial(int.__mul__, number, 2) for number in range(50)]) == list(range(0, 100, 2))
    assert together([]) == []


def test_two_reads_run_at_once() -> None:
    met = threading.Barrier(2, timeout=30)
    assert sorted(both(met.wait, met.wait)) == [0, 1]


def test_reads_that_read_side_by_side_themselves_come_to_an_end() -> None:
    def nested(depth: int) -> int:
        return sum(together([partial(nested, depth - 1)] * 4)) if depth else 1

    found: list[int] = []
    askers = [threading.Thread(target=lambda: found.append(nested(4)), daemon=True) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(30)
    assert found == [4**4] * 4


def test_who_asks_does_what_is_left_before_it_waits() -> None:
    begun, left = threading.Event(), threading.Event()

    def slow() -> bool:
        begun.set()
        return left.wait(30)

    # As many as there can be helpers; the last read is left to who asks, and ends what they are at.
    reads = [partial(begun.wait, 30), *[slow] * together_module._HELPERS._max_workers, lambda: not left.set()]
    assert together(reads) == [True] * len(reads)


@pytest.mark.parametrize("place", [0, 1, 4])
def test_an_error_of_any_read_is_raised(place: int) -> None:
    def read(number: int) -> int:
        if number == place:
            raise LookupError(str(number))
        return number

    with pytest.raises(LookupError, match=str(place)):
        together([partial(read, number) for number in range(5)])
