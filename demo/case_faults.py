"""Faults in cases: which cases may take which fault, and what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from demo import numbers, reference
from demo.case_changes import (
    TIMED,
    CaseFault,
    Changed,
    done,
    perishable,
    person,
    place_of,
    registered,
    required,
    timed,
    with_event,
    with_material,
)
from demo.cases import Case
from demo.paper_faults import MADE, RECORDS_OF_CASES
from demo.people import LAST_DAY, Person
from demo.step_faults import SELDOM, STEPS


def _other_name(rng: Random, case: Case) -> Changed:
    stated = case.registration
    given = [t for t in reference.names("male").texts if not stated.name.endswith(t)]
    other = stated.name[0] + rng.choice(given)
    why = f"the number of {stated.name} stands with the name {other}"
    return registered(case, name=other), place_of(case, "acceptance"), why


def _wrong_check(rng: Random, case: Case) -> Changed:
    wrong = numbers.with_wrong_check(case.registration.number)
    why = f"the check character of {wrong} is wrong"
    return registered(case, number=wrong), place_of(case, "acceptance"), why


def _other_birth_date(rng: Random, case: Case) -> Changed:
    right = case.registration.birth_date
    assert right is not None
    wrong = right + timedelta(days=rng.choice((-400, -31, 31, 365, 1000)))
    why = f"born on {wrong} by the row, on {right} by the number"
    return registered(case, birth_date=wrong), place_of(case, "acceptance"), why


def _other_gender(rng: Random, case: Case) -> Changed:
    wrong = "女" if case.registration.gender == "男" else "男"
    why = f"gender {wrong}, which the number and other cases contradict"
    return registered(case, gender=wrong), place_of(case, "acceptance"), why


def _short_number(rng: Random, case: Case) -> Changed:
    short = numbers.short_form(case.registration.number)
    why = f"the 15 digits {short} are the same person as {case.registration.number}"
    return registered(case, number=short), place_of(case, "acceptance"), why


def _full_width_number(rng: Random, case: Case) -> Changed:
    written = numbers.full_width(case.registration.number)
    why = f"{written} in full-width digits is the number {case.registration.number}"
    return registered(case, number=written), place_of(case, "acceptance"), why


def _without_actor(rng: Random, case: Case) -> Changed:
    place = place_of(case, rng.choice(("review", "approval")))
    why = f"nobody is named for {case.events[place].activity}"
    return with_event(case, place, staff=None), place, why


def _out_of_order(rng: Random, case: Case) -> Changed:
    place = place_of(case, "review")
    at = datetime.combine(case.accepted.date() - timedelta(days=rng.randint(2, 9)), time(10, rng.randrange(60)))
    why = f"{case.events[place].activity} at {at}, before the case was accepted at {case.accepted}"
    return with_event(case, place, at=at), place, why


def _step_skipped(rng: Random, case: Case) -> Changed:
    left = tuple(e for e in case.events if e.stage != "review")
    why = f"{case.item.name} was approved without any review"
    changed = replace(case, events=left)
    return changed, place_of(changed, "approval"), why


def _can_be_late(case: Case) -> bool:
    limit = case.item.limit_days
    return timed(case) and limit is not None and case.accepted.date() < LAST_DAY - timedelta(days=limit * 3 + 90)


def _overdue(rng: Random, case: Case) -> Changed:
    limit = case.item.limit_days or 0
    weeks = (limit if case.item.limit_kind == "natural" else limit * 2) // 7 + 2 + rng.randint(1, 3)
    start, last = place_of(case, "approval"), len(case.events) - 1
    # In two parts, so that it is late and never silent for a whole quarter.
    first = weeks // 2
    delays = [(n >= start) * first + (n == last) * (weeks - first) for n in range(last + 1)]
    events = [replace(e, at=e.at + timedelta(weeks=n)) for e, n in zip(case.events, delays, strict=True)]
    taken = (events[-1].at.date() - case.accepted.date()).days
    why = f"{taken} days from acceptance to the end, {limit} {case.item.limit_kind} days are allowed"
    return replace(case, events=tuple(events)), len(events) - 1, why


def _four_eyes(rng: Random, case: Case) -> Changed:
    place = place_of(case, "approval")
    first = case.events[place_of(case, "acceptance")].staff
    assert first is not None
    return with_event(case, place, staff=first), place, f"{first.actor} accepted and approved"


def _repeated_event(rng: Random, case: Case) -> Changed:
    place = place_of(case, "review")
    events = (*case.events[: place + 1], *case.events[place:])
    why = f"{case.events[place].activity} stands twice, word for word"
    return replace(case, events=events), place + 1, why


def _never_closed(rng: Random, case: Case) -> Changed:
    left = case.events[:-1]
    why = f"accepted on {case.accepted.date()} and not closed by {LAST_DAY}"
    return replace(case, events=left, paid=None), len(left) - 1, why


def _amount_differs(rng: Random, case: Case) -> Changed:
    assert case.decided is not None
    paid = case.decided + rng.choice((-1, 1)) * rng.randint(1, 40) * 100
    why = f"{case.decided} fen were decided, {paid} fen were paid"
    return replace(case, paid=paid), len(case.events) - 1, why


def _expired(rng: Random, case: Case) -> Changed:
    place, held, wanted = rng.choice(required(case, perishable))
    late = rng.randint(10, 60)
    ended = case.accepted.date() - timedelta(days=late)
    days = wanted.kind.own_validity_days or wanted.kind.validity_days or 0
    until = ended if held.valid_until else None
    new = replace(held, dated=ended - timedelta(days=days), valid_until=until)
    why = f"{held.title} was valid until {ended}, {late} days before it was accepted"
    return with_material(case, place, held, new), place, why


def _material_missing(rng: Random, case: Case) -> Changed:
    place, held, _ = rng.choice(required(case, lambda w: not w.kind.for_one_case))
    why = f"closed without {held.title}, which {case.item.name} requires"
    return with_material(case, place, held, None), place, why


def _wrong_form(rng: Random, case: Case) -> Changed:
    place, held, _ = rng.choice(required(case, lambda w: w.form == "original"))
    why = f"a copy of {held.title} was accepted, an original is required"
    return with_material(case, place, held, replace(held, form="copy")), place, why


def _paying(case: Case) -> bool:
    return done(case) and case.item.amounts is not None


def _reviewed_once(case: Case) -> bool:
    return timed(case) and not any(e.received for e in case.events if e.stage == "review")


def _old(case: Case) -> bool:
    return timed(case) and case.accepted.date() < date(LAST_DAY.year - 2, 1, 1)


def _had_15_digits(case: Case) -> bool:
    who = case.applicant
    return person(case) and isinstance(who, Person) and who.birth_date.year < 2000 and case.accepted.year < 2016


CASE_FAULTS: tuple[CaseFault, ...] = (
    MADE,
    *SELDOM,
    CaseFault("name_differs", "the same number with another name", person, _other_name, True),
    CaseFault("number_checksum", "an identity number with a wrong check character", person, _wrong_check, True),
    CaseFault("birth_date_contradicts_number", "another birth date", person, _other_birth_date, True),
    CaseFault("gender_differs", "another gender than in other cases", person, _other_gender, True),
    CaseFault("number_15_digits", "15 digits of a number that is elsewhere 18", _had_15_digits, _short_number, True),
    CaseFault("number_full_width", "a number in full-width digits", person, _full_width_number, True),
    CaseFault("actor_missing", "nobody is named", timed, _without_actor),
    CaseFault("event_out_of_order", "a review before the acceptance", timed, _out_of_order),
    CaseFault("step_skipped", "approved without review", _reviewed_once, _step_skipped),
    CaseFault("overdue", "the time limit was passed", _can_be_late, _overdue),
    CaseFault("four_eyes", "the same person accepted and approved", timed, _four_eyes),
    CaseFault(
        "event_repeated", "an event twice", lambda c: _reviewed_once(c) and c.system == "renshe", _repeated_event
    ),
    CaseFault("never_closed", "never brought to an end", _old, _never_closed),
    CaseFault("amount_differs", "paid is not what was decided", _paying, _amount_differs),
    CaseFault(
        "expired_material",
        "an expired proof was accepted",
        lambda c: bool(done(c) and required(c, perishable)),
        _expired,
    ),
    CaseFault(
        "material_missing",
        "closed without a required record",
        lambda c: done(c) and c.system in TIMED,
        _material_missing,
    ),
    CaseFault(
        "form_wrong",
        "a copy where an original is required",
        lambda c: bool(done(c) and required(c, lambda w: w.form == "original")),
        _wrong_form,
    ),
    *STEPS,
    *RECORDS_OF_CASES,
)
