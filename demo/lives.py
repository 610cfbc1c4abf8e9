"""What people and employers ask for in the course of their lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.organisations import Organisation
from demo.people import FIRST_DAY, LAST_DAY, Person, Spell
from demo.reference import items

APART = timedelta(days=20)
_FIRST_CARDS = date(2010, 1, 4)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks for an item on a day. `night` is when its approval is to be given, where that is set, `region`
    where they ask for it, if not where they live."""

    item: str
    day: date
    employer: Organisation | None = None
    night: date | None = None
    region: str = ""


def of_person(rng: Random, person: Person, extra: Sequence[Request] = ()) -> list[Request]:
    """All requests of a person in order of time, at least three weeks apart, and the set ones among them."""
    asked = [request for spell in person.spells for request in _of_spell(rng, person, spell)]
    asked += _of_cards(rng, person)
    start = person.day_at_age(16)
    able = [r for r in asked if start <= r.day <= person.last_day]
    return _apart(able, extra)


def of_organisation(rng: Random, organisation: Organisation) -> list[Request]:
    """Registration when founded, and a subsidy every year where it has posts for it."""
    asked = [Request("enterprise-insurance-registration", organisation.founded + timedelta(days=rng.randint(3, 28)))]
    if organisation.has_public_posts:
        first = organisation.founded.year + 1
        asked += [
            Request("public-post-subsidy", date(year, rng.randint(2, 11), rng.randint(1, 28)))
            for year in range(first, LAST_DAY.year)
        ]
    return _apart(asked, ())


def _apart(asked: list[Request], extra: Sequence[Request]) -> list[Request]:
    """The requests in order of time, without those too soon after another or before there was such an item."""
    kept = list(extra)
    able = [r for r in asked if max(FIRST_DAY, items()[r.item].valid_from) <= r.day <= LAST_DAY]
    for request in sorted(able, key=lambda r: (r.day, r.item)):
        if all(abs(request.day - other.day) >= APART for other in kept):
            kept.append(request)
    return sorted(kept, key=lambda r: r.day)


def _within(rng: Random, spell: Spell, part: float = 1.0) -> date:
    days = max(1, int((spell.end - spell.start).days * part))
    return spell.start + timedelta(days=rng.randrange(days))


def _of_spell(rng: Random, person: Person, spell: Spell) -> list[Request]:
    if spell.stage == "study":
        return (
            [Request("graduate-job-subsidy", spell.end - timedelta(days=rng.randint(60, 250)))]
            if (person.education in ("大专", "本科", "研究生") and rng.random() < 0.45)
            else []
        )
    if spell.stage == "work":
        return _of_work(rng, spell)
    if spell.stage == "unemployment":
        return _of_unemployment(rng, spell)
    if spell.stage == "retirement":
        return _of_retirement(rng, person, spell)
    if spell.stage == "start-up":
        first = _within(rng, spell, 0.3)
        again = [first + timedelta(days=n * 750) for n in range(3)]
        return [Request("startup-loan", day) for day in again if day < spell.end and rng.random() < 0.6]
    if spell.end <= FIRST_DAY:
        return []
    item = "resident-pension-enrolment" if spell.stage == "farming" else "flexible-employment-enrolment"
    return [Request(item, max(FIRST_DAY, spell.start) + timedelta(days=rng.randint(1, 300)))]


def _of_work(rng: Random, spell: Spell) -> list[Request]:
    if rng.random() > 0.12:
        return []
    hurt = _within(rng, spell)
    judged = hurt + timedelta(days=rng.randint(90, 200))
    paid = judged + timedelta(days=rng.randint(75, 120))
    items = (("work-injury-recognition", hurt), ("labour-capacity-appraisal", judged), ("work-injury-benefits", paid))
    return [Request(item, day, spell.organisation) for item, day in items]


def _of_unemployment(rng: Random, spell: Spell) -> list[Request]:
    start = spell.start + timedelta(days=rng.randint(2, 30))
    asked = [Request("personnel-file-deposit", start)] if rng.random() < 0.6 else []
    if rng.random() < 0.55:
        asked.append(Request("employment-hardship-recognition", start + timedelta(days=rng.randint(25, 90))))
        if (spell.end - spell.start).days > 450:
            asked.append(Request("employment-hardship-recognition", start + timedelta(days=rng.randint(380, 440))))
    if rng.random() < 0.1:
        asked.append(Request("resident-pension-enrolment", start + timedelta(days=rng.randint(100, 200))))
        asked.append(Request("pension-transfer-to-resident", start + timedelta(days=rng.randint(230, 330))))
    return asked


def _of_retirement(rng: Random, person: Person, spell: Spell) -> list[Request]:
    employers = [s.organisation for s in person.spells if s.stage == "work"]
    asked = []
    if person.farms or not employers:
        asked.append(Request("resident-pension-benefits", spell.start + timedelta(days=rng.randint(3, 60))))
    else:
        asked.append(Request("retirement-approval", spell.start - timedelta(days=rng.randint(5, 40)), employers[-1]))
    return asked


def _of_cards(rng: Random, person: Person) -> list[Request]:
    """A first card, one every seven years or so, and one at last for everybody."""
    day = max(_FIRST_CARDS, person.day_at_age(16)) + timedelta(days=rng.randint(0, 1500))
    days = []
    while day < person.last_day:
        days.append(day)
        day += timedelta(days=rng.randint(1100, 4500))
    return [Request("social-security-card-reissue", day) for day in days]
