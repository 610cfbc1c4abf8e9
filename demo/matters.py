"""Joint matters (联办): cases of two offices in two regions under one number.

Who has lost their work deposits their personnel file with the talent centre and is then recognised by their own
district as hard to place: the second case is dealt with on what the first one has brought together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from demo.cases import Case

FIRST, SECOND = "personnel-file-deposit", "employment-hardship-recognition"
WITHIN = timedelta(days=90)
"""How long after the first case the second one is taken for the same matter."""


def joined(cases: list[Case]) -> list[Case]:
    """The cases, those of a matter with its number, which counts by the year of the first case."""
    numbers: dict[str, str] = {}
    serials: dict[int, int] = {}
    for first, second in sorted(_pairs(cases), key=lambda pair: (pair[0].accepted, pair[0].id)):
        year = first.accepted.year
        serials[year] = serials.get(year, 0) + 1
        numbers[first.id] = numbers[second.id] = f"LB{year}{serials[year]:04d}"
    return [replace(case, matter=numbers[case.id]) if case.id in numbers else case for case in cases]


def _pairs(cases: list[Case]) -> Iterable[tuple[Case, Case]]:
    """Each first case with the next of its applicant in another region, before another first one."""
    of_people: dict[str, list[Case]] = {}
    for case in cases:
        if case.item.code in (FIRST, SECOND):
            of_people.setdefault(case.applicant.id, []).append(case)
    for held in of_people.values():
        in_order = sorted(held, key=lambda c: (c.accepted, c.id))
        for first, second in pairwise(in_order):
            if (first.item.code, second.item.code) != (FIRST, SECOND) or first.region == second.region:
                continue
            if second.accepted - first.accepted <= WITHIN:
                yield first, second
