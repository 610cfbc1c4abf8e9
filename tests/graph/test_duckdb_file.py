"""What a process keeps of a store is read again after it has written."""

from __future__ import annotations

from itertools import count

from graph.duckdb_file import Commits, UntilWritten


def test_an_answer_is_kept_until_something_is_written() -> None:
    commits, asked = Commits(), count()
    kept = UntilWritten[int](commits)
    assert [kept.read(lambda: next(asked)) for _ in range(2)] == [0, 0]
    with commits.one():
        assert [kept.read(lambda: next(asked)) for _ in range(2)] == [1, 2]
    assert [kept.read(lambda: next(asked)) for _ in range(2)] == [3, 3]


def test_what_was_read_beside_a_write_is_not_kept() -> None:
    commits, asked = Commits(), count()
    kept = UntilWritten[int](commits)

    def read_while_written() -> int:
        with commits.one():
            return next(asked)

    assert [kept.read(read_while_written) for _ in range(2)] == [0, 1]
