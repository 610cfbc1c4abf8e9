"""The people of the demo archive and what happens in their lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from demo import numbers, reference
from demo.organisations import Organisation

FIRST_DAY = date(2006, 7, 1)
LAST_DAY = date(2026, 6, 30)
_YEAR = 365.25

Gender = Literal["男", "女"]
Stage = Literal["study", "work", "unemployment", "flexible", "start-up", "farming", "retirement"]


@dataclass(frozen=True, slots=True)
class Spell:
    """A part of a life, from a day up to another; `organisation` is where one works."""

    stage: Stage
    start: date
    end: date
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person as they are, whatever the sources say."""

    id: str
    name: str
    gender: Gender
    birth_date: date
    number: str
    region: str
    phone: str
    address: str
    education: str
    school: str
    bank_account: str
    death: date | None
    spells: tuple[Spell, ...]

    @property
    def work_start(self) -> date | None:
        """The first day of their first employment, None where they never had one."""
        return next((spell.start for spell in self.spells if spell.stage == "work"), None)

    @property
    def last_day(self) -> date:
        """The last day on which they can ask for anything."""
        return self.death - timedelta(days=1) if self.death else LAST_DAY

    @property
    def farms(self) -> bool:
        return any(spell.stage == "farming" for spell in self.spells)

    def day_at_age(self, years: float) -> date:
        return self.birth_date + timedelta(days=int(years * _YEAR))


def people(seed: int, count: int, organisations: list[Organisation]) -> list[Person]:
    """`count` people; each depends on the seed and their own place only."""
    taken: set[str] = set()
    return [_person(Random(f"{seed}:person:{n}"), n, taken, organisations) for n in range(1, count + 1)]


def _person(rng: Random, place: int, taken: set[str], organisations: list[Organisation]) -> Person:
    gender: Gender = rng.choice(("男", "女"))
    born = date(rng.randint(1940, 2004), 1, 1) + timedelta(days=rng.randrange(365))
    served = [r for r in reference.regions() if r.served]
    region = rng.choice(served)
    number = _free_number(rng, gender, born, taken)
    death = _death(rng, born)
    own = Random(f"{number}:own")
    education = rng.choices(("小学", "初中", "高中", "大专", "本科", "研究生"), (8, 25, 25, 20, 18, 4))[0]
    return Person(
        f"P{place:06d}",
        full_name(rng, gender),
        gender,
        born,
        number,
        region.code,
        f"1{rng.choice('35789')}{rng.randrange(10**9):09d}",
        f"{region.name}{rng.choice(('建设', '人民', '中山', '文化', '和平'))}路{rng.randint(1, 300)}号",
        education,
        f"{region.name}第{own.randint(1, 9)}{'学院' if education in ('大专', '本科', '研究生') else '中学'}",
        f"62{own.randrange(10**17):017d}",
        death,
        _spells(rng, born, gender, education, death, organisations),
    )


def _free_number(rng: Random, gender: Gender, born: date, taken: set[str]) -> str:
    while True:
        sequence = rng.randrange(500) * 2 + (gender == "男")
        number = numbers.identity_number(rng.choice(reference.regions()).code, born, sequence)
        if number not in taken:
            taken.add(number)
            return number


def full_name(rng: Random, gender: Gender) -> str:
    """A name by frequency; one in fifty has a rare character in it."""
    surnames = reference.names("surname")
    given = reference.names("rare" if rng.random() < 0.02 else "male" if gender == "男" else "female")
    surname = rng.choices(surnames.texts, surnames.weights)[0]
    second = rng.choices(given.texts, given.weights)[0]
    return surname + (second * 2 if len(second) == 1 and rng.random() < 0.03 else second)


def _death(rng: Random, born: date) -> date | None:
    day = born + timedelta(days=int(max(25.0, rng.gauss(82, 11)) * _YEAR))
    return day if FIRST_DAY + timedelta(days=365) < day <= LAST_DAY else None


def _spells(
    rng: Random, born: date, gender: Gender, education: str, death: date | None, organisations: list[Organisation]
) -> tuple[Spell, ...]:
    years = {"小学": 15, "初中": 16, "高中": 18, "大专": 21, "本科": 22, "研究生": 25}[education]
    day = born + timedelta(days=int((years + 0.5) * _YEAR))
    end = min(death or LAST_DAY, LAST_DAY)
    retires = born + timedelta(days=int((60 if gender == "男" else rng.choice((50, 55))) * _YEAR))
    spells = [Spell("study", born + timedelta(days=int(6 * _YEAR)), day)]
    if rng.random() < 0.2:
        spells.append(Spell("farming", day, born + timedelta(days=int(60 * _YEAR))))
        return (*spells, Spell("retirement", spells[-1].end, max(end, spells[-1].end)))
    while day < min(retires, end):
        stage: Stage = rng.choices(("work", "unemployment", "flexible", "start-up"), (50, 22, 18, 10))[0]
        longest = {"work": 12, "unemployment": 2, "flexible": 6, "start-up": 5}[stage]
        until = min(day + timedelta(days=int(rng.uniform(0.5, longest) * _YEAR)), retires)
        spells.append(Spell(stage, day, until, rng.choice(organisations) if stage == "work" else None))
        day = until
    if end > retires:
        spells.append(Spell("retirement", retires, end))
    return tuple(spells)
