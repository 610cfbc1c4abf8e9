"""Kaplan and Meier against the product written out in fractions, and against cases that were worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.process.survival import quantiles

SHARES = (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10))


def by_fractions(cases: list[tuple[int, bool]], share: Fraction) -> int | None:
    going_on = Fraction(1)
    for length in sorted({length for length, ended in cases if ended}):
        running = sum(other >= length for other, _ in cases)
        going_on *= 1 - Fraction(sum(1 for other in cases if other == (length, True)), running)
        if going_on <= 1 - share:
            return length
    return None


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60))
def test_quantiles_are_those_of_the_product(cases: list[tuple[int, bool]]) -> None:
    lengths = np.array([length for length, _ in cases], np.int64)
    ended = np.array([over for _, over in cases], np.bool_)
    found = quantiles(lengths, ended, tuple(map(float, SHARES)))
    assert found == tuple(by_fractions(cases, share) for share in SHARES)


def test_a_trial_of_the_textbooks() -> None:
    """Remission under 6-MP (Freireich et al. 1963): the median is 23 weeks."""
    over = (6, 6, 6, 7, 10, 13, 16, 22, 23)
    running = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    lengths = np.array([*over, *running], np.int64)
    ended = np.array([True] * len(over) + [False] * len(running))
    assert quantiles(lengths, ended, (0.25, 0.5, 0.9)) == (13, 23, None)


def test_without_open_cases_it_is_the_plain_order() -> None:
    lengths = np.arange(1, 11)
    assert quantiles(lengths, np.ones(10, np.bool_), (0.5, 0.9, 1.0)) == (5, 9, 10)
    assert quantiles(lengths, np.zeros(10, np.bool_), (0.5,)) == (None,)
    assert quantiles(np.zeros(0, np.int64), np.zeros(0, np.bool_), (0.5,)) == (None,)
