"""The whole demo archive before anything is written: people, cases, records, and the faults among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from demo import lives, records
from demo.cases import Case
from demo.handling import Centre, handle, with_id
from demo.matters import joined
from demo.organisations import SYSTEMS, Organisation, Roster, organisations, roster
from demo.people import FIRST_DAY, LAST_DAY, Person, people
from demo.records import EFile, Record
from demo.reference import items
from demo.wallet import Wallet

LEAST_PEOPLE = 100
Chosen = TypeVar("Chosen")
Progress = Callable[[str, int, int], None]
_NIGHT_ACCEPTED = date(2019, 11, 11)
_NIGHT = date(2019, 11, 15)
_CARD = "social-security-card-reissue"
_TWICE = (date(2018, 5, 15), date(2018, 5, 16))


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault: in which case (and which of its events), record or file, and why it is one."""

    kind: str
    record: str
    why: str
    event: int | None = None
    file: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Model:
    """The demo archive. `cases` are in the order of their sources, `files` every file that is written."""

    seed: int
    people: list[Person]
    organisations: list[Organisation]
    roster: Roster
    cases: list[Case]
    records: list[Record]
    files: list[EFile]
    faults: list[Fault]


def build(seed: int, count: int, progress: Progress) -> Model:
    """People, their cases and records, without faults but those that need cases of their own: approvals at night,
    and cards asked for in two regions at once.

    Raises ValueError where there would be too few people for every fault.
    """
    if count < LEAST_PEOPLE:
        raise ValueError(f"The demo needs at least {LEAST_PEOPLE} people, not {count}: give a greater number.")
    employers = organisations(seed, count)
    population = people(seed, count, employers)
    staff = roster(seed, FIRST_DAY, LAST_DAY + timedelta(days=365))
    cases, planted = _cases(seed, population, employers, Centre(staff), progress)
    filed = records.with_files(seed, count, records.personnel(seed, population) + records.business(seed, cases))
    files = [r.file for r in filed if r.file]
    return Model(seed, population, employers, staff, cases, filed, files, planted)


def require(count: int, kind: str, chosen: list[Chosen]) -> list[Chosen]:
    """What was chosen for faults of a kind. Raises ValueError where it is less than the count."""
    if len(chosen) < count:
        raise ValueError(
            f"Of {kind} only {len(chosen)} faults could be planted instead of {count}: "
            "give more people, or another seed."
        )
    return chosen


def system_key(system: str, who: Person | Organisation) -> str:
    """What a system knows an applicant by; '' where it has no such thing."""
    serial = int(who.id[1:])
    if isinstance(who, Organisation):
        return f"DW{serial:06d}" if system == "shebao" else ""
    return {"shebao": f"{1_000_000_000 + serial}", "rencai": f"CD{serial:06d}"}.get(system, "")


def _cases(
    seed: int, population: list[Person], employers: list[Organisation], centre: Centre, progress: Progress
) -> tuple[list[Case], list[Fault]]:
    extra = _nightly_requests(seed, population)
    extra |= _double_requests(seed, [p for p in population if p.id not in extra])
    handled: list[Case] = []
    applicants: list[Person | Organisation] = [*population, *employers]
    for done, who in enumerate(applicants, 1):
        rng = Random(f"{seed}:life:{who.id}")
        wallet = Wallet(rng)
        asked = (
            lives.of_person(rng, who, extra.get(who.id, ()))
            if isinstance(who, Person)
            else lives.of_organisation(rng, who)
        )
        for request in asked:
            key = system_key(_system(request.item), who)
            handled.append(handle(rng, centre, wallet, who, request, key))
        if done % 200 == 0 or done == len(applicants):
            progress("cases", done, len(applicants))
    cases = joined(_numbered(handled))
    doubles = {id_ for id_, asked in extra.items() if len(asked) > 1}
    return cases, [fault for case in cases for fault in (*_nightly(case), *_double(case, doubles))]


def _system(item: str) -> str:
    return items()[item].system


def _nightly_requests(seed: int, population: list[Person]) -> dict[str, list[lives.Request]]:
    """Five or more people of one region whose cards are approved within one night."""
    region = population[0].region
    able = [
        p
        for p in population
        if p.region == region and p.last_day > date(2020, 12, 31) and p.day_at_age(17) < _NIGHT_ACCEPTED
    ]
    chosen = Random(f"{seed}:night").sample(able, max(5, len(population) // 200))
    return {p.id: [lives.Request(_CARD, _NIGHT_ACCEPTED, night=_NIGHT)] for p in chosen}


def _double_requests(seed: int, population: list[Person]) -> dict[str, list[lives.Request]]:
    """People who ask for a card where they live and on the next day in another region."""
    able = [p for p in population if p.last_day > date(2020, 12, 31) and p.day_at_age(17) < _TWICE[0]]
    chosen = Random(f"{seed}:twice").sample(able, max(2, len(population) // 200))
    regions = sorted({p.region for p in population})
    return {
        p.id: [
            lives.Request(_CARD, _TWICE[0], region=p.region),
            lives.Request(_CARD, _TWICE[1], region=next(r for r in regions if r != p.region)),
        ]
        for p in chosen
    }


def _double(case: Case, people: set[str]) -> list[Fault]:
    if case.applicant.id not in people or case.accepted.date() not in _TWICE:
        return []
    why = f"accepted on {case.accepted:%Y-%m-%d} while the applicant's other case runs in another region"
    return [Fault("two_regions", case.id, why, 0)]


def _nightly(case: Case) -> list[Fault]:
    place = case.first("approval")
    if place is None or case.events[place].at.date() != _NIGHT or case.events[place].at.hour >= 6:
        return []
    why = f"approved at {case.events[place].at:%H:%M} at night, one of many by the same actor within 40 minutes"
    return [Fault("night_mass_approval", case.id, why, place)]


def _numbered(handled: list[Case]) -> list[Case]:
    forms = {"shebao": "SB{0}{1:06d}", "renshe": "4101-{0}-{1:06d}", "rencai": "RC/{0}/{1:05d}"}
    numbered: list[Case] = []
    for system in SYSTEMS:
        order = sorted(
            (case for case in handled if case.system == system), key=lambda c: (c.accepted, c.applicant.id)
        )
        serials: dict[int, int] = {}
        for case in order:
            year = case.accepted.year
            serials[year] = serials.get(year, 0) + 1
            numbered.append(with_id(case, forms[system].format(year, serials[year])))
    return numbered


def with_cases(model: Model, changed: dict[str, Case], faults: list[Fault]) -> Model:
    """The model with other cases in the place of those of the same id."""
    cases = [changed.get(case.id, case) for case in model.cases]
    return replace(model, cases=cases, faults=[*model.faults, *faults])
