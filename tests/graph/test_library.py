"""The library of material types: the sample on both engines, and generated archives against a plain count."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from graph.days import day_of, day_text
from graph.library import library
from graph.viewer import LOCAL_OPERATOR
from tests.archives import archive
from tests.graph.sample import ms, write_all
from tests.graphs import link, write

DAY = 86_400_000


def test_who_asks_for_a_type_and_how_often_it_comes_again(store_uri: str) -> None:
    with archive(store_uri) as (store, settings):
        assert library(store, LOCAL_OPERATOR).types == []
        write_all(store, settings)
        answer = library(store, LOCAL_OPERATOR)
        assert {
            t.id: (t.required_by, t.conditional_for, t.records, t.submitted, t.persons, t.organisations, t.again)
            for t in answer.types
        } == {
            "photo": (["card"], [], 2, 2, 1, 0, 1),
            "licence": ([], ["card"], 1, 1, 1, 0, 0),
            "id-card": (["card", "retire"], [], 2, 0, 0, 0, 0),
            "register": (["retire"], [], 1, 0, 0, 0, 0),
        }
        assert [(t.title, t.records) for t in answer.unclassified] == [("旧式证明", 1)]
        assert (answer.records_unclassified, answer.submitted_unclassified, answer.titles_left_off) == (1, 0, 0)


@dataclass(frozen=True)
class Given:
    """One submission: person, type, day of the record (None for undated), last day of its own, instant."""

    person: int
    type: str
    dated: int | None
    until: int | None
    at: int


VALID_FOR = {"photo": 183, "form": 0, "card": None}
START = ms("2020-01-01T00:00")


def given(seed: int) -> list[Given]:
    rolled = random.Random(seed)
    found = []
    for _ in range(40):
        day = rolled.randrange(400)
        dated = None if rolled.random() < 0.3 else day - rolled.randrange(60)
        until = day + rolled.randrange(200) if rolled.random() < 0.3 else None
        moment = START + day * DAY + rolled.randrange(3) * 3_600_000
        found.append(Given(rolled.randrange(4), rolled.choice(list(VALID_FOR)), dated, until, moment))
    return found


def came_again(one: Given, others: Sequence[Given]) -> bool:
    """By the words of the rule: another of the type, submitted before, valid on the day of this submission."""
    day = (one.at - START) // DAY

    def valid(other: Given) -> bool:
        if other.until is not None:
            return other.until >= day
        days = VALID_FOR[other.type]
        begin = other.dated if other.dated is not None else (other.at - START) // DAY
        return days is None or begin + days >= day

    same = (o for o in others if (o.person, o.type) == (one.person, one.type))
    return any(o.at < one.at and valid(o) for o in same)


def text(day: int | None) -> str | None:
    return None if day is None else day_text(day_of(START, 28800) + day)


@pytest.mark.parametrize("seed", range(4))
def test_a_generated_archive_counts_as_a_plain_loop_does(duckdb_uri: str, seed: int) -> None:
    rows = given(seed)
    nodes = {
        "Person": [{"id": f"p{n}"} for n in range(4)],
        "MaterialType": [{"id": t, "name": t, "validity_days": days} for t, days in VALID_FOR.items()],
        "Case": [{"id": f"c{n}"} for n in range(len(rows))],
        "Event": [{"id": f"e{n}", "at": row.at, "offset": 28800} for n, row in enumerate(rows)],
        "Material": [
            {"id": f"m{n}", "title": row.type, "date": text(row.dated), "valid_until": text(row.until)}
            for n, row in enumerate(rows)
        ],
    }
    links = {
        "APPLIED": [link(f"Person p{row.person}", f"Case c{n}") for n, row in enumerate(rows)],
        "IN_CASE": [link(f"Event e{n}", f"Case c{n}", sort_at=row.at, seq=0) for n, row in enumerate(rows)],
        "RECEIVED": [link(f"Event e{n}", f"Material m{n}") for n in range(len(rows))],
        "OF_TYPE": [link(f"Material m{n}", f"MaterialType {row.type}") for n, row in enumerate(rows)],
    }
    with archive(duckdb_uri) as (store, settings):
        write(store, settings, nodes, links)
        found = {t.id: (t.submitted, t.persons, t.again) for t in library(store, LOCAL_OPERATOR).types}
    expected = {}
    for type_ in VALID_FOR:
        of = [row for row in rows if row.type == type_]
        expected[type_] = (len(of), len({row.person for row in of}), sum(came_again(row, rows) for row in of))
    assert found == expected
    assert sum(again for *_, again in expected.values()) > 5
