"""Faults in the course of a case: steps left out, twice, out of time, entered wrongly, by the wrong person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from demo import working_days
from demo.case_changes import CaseFault, Changed, place_of, timed, with_event
from demo.cases import SUPPLEMENTS, Case, Event
from demo.people import LAST_DAY

_NOBODY = "未知"
_QUARTER = timedelta(weeks=15)


def _plain(case: Case) -> bool:
    """Timed, nothing asked for later, and each stage but review with one event at most."""
    stages = [event.stage for event in case.events]
    usual = all(stages.count(stage) == 1 for stage in ("acceptance", "approval", "completion"))
    return timed(case) and usual and not any(event.activity in SUPPLEMENTS for event in case.events)


def _until(case: Case, days: int) -> bool:
    """Plain, and so many days before the end of the archive."""
    return _plain(case) and case.events[-1].at.date() < LAST_DAY - timedelta(days=days)


def _of_item(item: str) -> Callable[[Case], bool]:
    return lambda case: case.item.code == item and _until(case, 70)


def _without(case: Case, place: int) -> Case:
    return replace(case, events=(*case.events[:place], *case.events[place + 1 :]))


def _with(case: Case, place: int, *more: Event) -> Case:
    return replace(case, events=(*case.events[:place], *more, *case.events[place:]))


def _again(event: Event, minutes: int) -> Event:
    """The same step once more, by the same person, without records."""
    at = event.at + timedelta(minutes=minutes)
    return replace(event, key=f"{event.key}-again", at=at, received=(), produced=())


def _acceptance_missing(rng: Random, case: Case) -> Changed:
    first, second = case.events[:2]
    left = (replace(second, received=first.received + second.received), *case.events[2:])
    return replace(case, events=left), 0, f"{case.item.name} was reviewed and nobody accepted it"


def _approval_missing(rng: Random, case: Case) -> Changed:
    left = _without(case, place_of(case, "approval"))
    return replace(left, decided=None), len(left.events) - 1, f"{case.item.name} was closed without any approval"


def _reviews(case: Case) -> list[int]:
    return [n for n, event in enumerate(case.events) if event.stage == "review"]


def _two_reviews(case: Case) -> bool:
    return _plain(case) and len(_reviews(case)) > 1


def _others(case: Case) -> list[int]:
    return [n for n, event in enumerate(case.events) if event.stage == "other"]


def _step_left_out(rng: Random, case: Case) -> Changed:
    place = rng.choice(_others(case))
    why = f"{case.item.name} was closed without {case.events[place].activity}"
    return _without(case, place), place, why


def _steps_swapped(rng: Random, case: Case) -> Changed:
    first, second = _reviews(case)[:2]
    names = case.events[second].activity, case.events[first].activity
    changed = with_event(with_event(case, first, activity=names[0]), second, activity=names[1])
    return changed, first, f"{names[0]} came before {names[1]}"


def _reopened(rng: Random, case: Case) -> Changed:
    approval, last = case.events[place_of(case, "approval")], case.events[-1]
    delay = (last.at - approval.at) // timedelta(minutes=1)
    changed = _with(case, len(case.events), _again(approval, delay + 5), _again(last, 10))
    return changed, len(case.events), f"{approval.activity} once more after {last.activity}"


def _back_to_review(rng: Random, case: Case) -> Changed:
    review, place = case.events[_reviews(case)[-1]], place_of(case, "approval")
    again = replace(_again(review, 0), at=case.events[place].at + timedelta(minutes=4))
    return _with(case, place + 1, again), place + 1, f"{review.activity} after {case.events[place].activity}"


def _rework(rng: Random, case: Case) -> Changed:
    place = _reviews(case)[0]
    changed = _with(case, place + 1, _again(case.events[place], 5))
    return changed, place + 1, f"{case.events[place].activity} was done twice"


def _hasty(rng: Random, case: Case) -> Changed:
    place = place_of(case, "approval")
    seconds = rng.randint(3, 25)
    before = case.events[place - 1]
    changed = with_event(case, place, at=before.at + timedelta(seconds=seconds))
    return changed, place, f"approved {seconds} seconds after {before.activity}"


def _silence(rng: Random, case: Case) -> Changed:
    last = len(case.events) - 1
    changed = with_event(case, last, at=case.events[last].at + _QUARTER)
    return changed, last, f"nothing was done for {_QUARTER.days} days before {case.events[last].activity}"


def _can_be_silent(case: Case) -> bool:
    free = case.item.limit_days is None and not any(step.next_month for step in case.item.steps)
    return free and _until(case, _QUARTER.days + 20)


def _step_too_long(rng: Random, case: Case) -> Changed:
    """The whole case keeps its limit: all later steps are moved by two working days."""
    place = next(n for n in _others(case) if case.events[n].activity == "公示")
    moved = [_later(event, 2) if n >= place else event for n, event in enumerate(case.events)]
    why = f"{case.events[place].activity} for five working days instead of three"
    return replace(case, events=tuple(moved)), place, why


def _later(event: Event, days: int) -> Event:
    return replace(event, at=event.at + (working_days.later(event.at.date(), days) - event.at.date()))


def _window_missed(rng: Random, case: Case) -> Changed:
    last = len(case.events) - 1
    event = case.events[last]
    day = working_days.in_next_month(event.at.date(), rng.randint(1, 20))
    why = f"{event.activity} in the second month after {case.events[last - 1].activity}, not in the next"
    return with_event(case, last, at=event.at + (day - event.at.date())), last, why


def _backdated(rng: Random, case: Case) -> Changed:
    place, days = rng.choice(_reviews(case)), rng.randint(6, 20)
    why = f"{case.events[place].activity} was entered {days} days after it was done"
    return with_event(case, place, entered_after=timedelta(days=days)), place, why


def _entered_before(rng: Random, case: Case) -> Changed:
    place, hours = rng.choice(_reviews(case)), rng.randint(1, 6)
    why = f"{case.events[place].activity} was entered {hours} hours before it was done"
    return with_event(case, place, entered_after=timedelta(hours=-hours)), place, why


def _undated(rng: Random, case: Case) -> Changed:
    place = _reviews(case)[0]
    return with_event(case, place, dated=False), place, f"no instant for {case.events[place].activity}"


def _actor_unknown(rng: Random, case: Case) -> Changed:
    place = _reviews(case)[0]
    staff = case.events[place].staff
    assert staff is not None
    nobody = replace(staff, actor=_NOBODY, name=_NOBODY)
    return with_event(case, place, staff=nobody), place, f"{case.events[place].activity} by {_NOBODY}"


def _wrong_role(rng: Random, case: Case) -> Changed:
    place, last = place_of(case, "approval"), case.events[-1]
    changed = with_event(case, place, staff=last.staff, role=last.role, unit=last.unit)
    return changed, place, f"{case.events[place].activity} was done by a {last.role}"


def _same_reviewer(rng: Random, case: Case) -> Changed:
    first, second = _reviews(case)[:2]
    staff = case.events[first].staff
    assert staff is not None
    names = case.events[first].activity, case.events[second].activity
    return with_event(case, second, staff=staff), second, f"{staff.actor} did both {names[0]} and {names[1]}"


def _approved_by_name(case: Case) -> bool:
    """Approved in a step that the guide of the item names."""
    return _plain(case) and case.events[place_of(case, "approval")].activity != "审批"


def _entered(case: Case) -> bool:
    return _plain(case) and case.system == "shebao" and case.accepted.date() > date(2006, 7, 31)


def _leaves_out(case: Case) -> bool:
    return _plain(case) and bool(_others(case)) and case.item.code != "retirement-approval"


SELDOM: tuple[CaseFault, ...] = (
    CaseFault("step_too_long", "one step took too long", _of_item("employment-hardship-recognition"), _step_too_long),
    CaseFault("window_missed", "paid in the wrong month", _of_item("retirement-approval"), _window_missed),
    CaseFault("wrong_role", "approved by somebody of another post", _approved_by_name, _wrong_role),
    CaseFault("steps_swapped", "a second review before the first", _two_reviews, _steps_swapped),
    CaseFault("same_reviewer", "both reviews by the same person", _two_reviews, _same_reviewer),
    CaseFault("silence", "a quarter without any event", _can_be_silent, _silence),
)
"""Those that few cases can take: they come first."""
STEPS: tuple[CaseFault, ...] = (
    CaseFault("acceptance_missing", "nobody accepted it", _plain, _acceptance_missing),
    CaseFault("approval_missing", "closed without approval", _plain, _approval_missing),
    CaseFault("step_left_out", "a step between is not there", _leaves_out, _step_left_out),
    CaseFault("reopened", "approved again after its end", lambda c: _until(c, 7), _reopened),
    CaseFault("back_to_review", "reviewed again after the approval", _plain, _back_to_review),
    CaseFault("rework", "a review was done twice", _plain, _rework),
    CaseFault("hasty_approval", "approved within seconds", _plain, _hasty),
    CaseFault("backdated", "entered days after it was done", _entered, _backdated),
    CaseFault("entered_before", "entered before it was done", _entered, _entered_before),
    CaseFault("undated", "an event without an instant", _plain, _undated),
    CaseFault("actor_unknown", "the actor is no one", _plain, _actor_unknown),
)
