"""审核: steps there, in order, within their limits, by whom they may be, and on the records that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph.chain import ERASED
from graph.conformance_findings import STAGES, CaseUnder, Finding, Outcome
from graph.conformance_limits import Kept, Stop, kept_limit, stops_of
from graph.days import day_of, read_day
from graph.standard import ItemStandard, Step, Window
from graph.told_case import ToldEvent

_EPOCH = date(1970, 1, 1)
_COARSE = ("month", "year")
_WHOLE = Step(activity="the case", stage="completion", role="-", source="-")
ENDS_EARLY = ("退件", "不予受理", "不予许可", "撤回", "终止")
"""Activities or outcomes of a completion that end a case early, as in rules/missing-approval.yaml."""
_NOT_DONE = ("schedule", "assign", "reassign", "start", "withdraw", "ate_abort", "pi_abort")


@dataclass(frozen=True)
class _Review:
    """A case by the steps of its standard: `places` are the events of each step, `days` the day of each event,
    None where it is not known to the day."""

    under: CaseUnder
    places: dict[str, list[int]]
    days: dict[int, int | None]
    stops: list[Stop]

    @property
    def events(self) -> Sequence[ToldEvent]:
        return self.under.case.events

    def first(self, activity: str | None) -> int | None:
        """The place of the first event of a step."""
        return next(iter(self.places.get(activity or "", ())), None)

    def never_reached(self, i: int) -> bool:
        """Whether the case ended early, before the i-th step of the standard and with none after it."""
        later = self.under.standard.review[i:]
        return ended_early(self.under) and not any(step.activity in self.places for step in later)


def review_findings(under: CaseUnder) -> Iterator[Finding]:
    """Every finding about the steps of a case."""
    review = _reviewed(under)
    for i, step in enumerate(under.standard.review):
        place = review.first(step.activity)
        if place is None:
            yield from _absent(review, i, step)
        else:
            yield from _order(review, i, step, place)
            yield from _actors(review, step, place)
            yield from _rests_on(review, step, place)
            yield from _window(review, i, step, place)
        yield from _step_limit(review, i, step, place)
    yield from _case_limit(review)
    yield from _incomplete(under)


def places_of_steps(under: CaseUnder) -> dict[str, list[int]]:
    """The places (from 0) of the events in which each step of the standard was done."""
    return _reviewed(under).places


def _reviewed(under: CaseUnder) -> _Review:
    names = step_names(under.standard)
    places: dict[str, list[int]] = {}
    days: dict[int, int | None] = {}
    for place, event in enumerate(under.case.events):
        coarse = event.at_ms is None or event.precision in _COARSE
        days[place] = None if coarse or event.at_ms is None else day_of(event.at_ms, event.offset)
        step = names.get((event.activity or "").strip())
        if step is not None and is_done(event.lifecycle):
            places.setdefault(step, []).append(place)
    return _Review(under, places, days, stops_of(under, days, places))


def step_names(standard: ItemStandard) -> dict[str, str]:
    """The step of a standard that each activity is."""
    return {name: step.activity for step in standard.review for name in (step.activity, *step.also)}


def is_done(lifecycle: str | None) -> bool:
    """Whether an event of a lifecycle has done its activity."""
    return (lifecycle or "").lower() not in _NOT_DONE


def _of_step(step: Step, rule: str, outcome: Outcome, says: str, mend: str | None, **where: Any) -> Finding:
    return Finding(
        part="review", rule=rule, outcome=outcome, stage=step.stage, step=step.activity, mend=mend,
        says=f"'{step.activity}': {says}", **where,
    )  # fmt: skip


def ended_early(under: CaseUnder) -> bool:
    """Whether a case was closed by being sent back, refused or withdrawn, so that later steps are not asked for."""
    closing = [event for event in under.case.events if event.stage == "completion"]
    return under.closed and bool(closing) and not {closing[-1].activity, closing[-1].outcome}.isdisjoint(ENDS_EARLY)


def _absent(review: _Review, i: int, step: Step) -> Iterator[Finding]:
    if not step.required or review.never_reached(i):
        return
    known = {place for places in review.places.values() for place in places}
    others = [e for n, e in enumerate(review.events) if n not in known and e.stage == step.stage]
    erased = [e for e in review.events if any(what.startswith(ERASED) for what in e.missing)]
    if erased:
        yield _of_step(step, "step", "not decidable", "events of the case were erased", None, event_id=erased[0].id)
    elif others:
        says = f"no event is called so; '{others[0].activity}' of the same stage may be it"
        mend = f"Add the name under `also` of the step '{step.activity}', or record the step."
        yield _of_step(step, "step", "not decidable", says, mend, event_id=others[0].id)
    else:
        yield _of_step(step, "step", review.under.lacking, "the step is not there", "Do the step, or record it.")


def steps_before(standard: ItemStandard, i: int) -> list[str]:
    """The steps after which the i-th step comes: those that are named, or else the one before it that must be
    there."""
    follows = standard.review[i].must_follow
    if follows is not None:
        return list(follows)
    earlier = [s for s in standard.review[:i] if s.required and s.stops_clock_until is None]
    return [earlier[-1].activity] if earlier else []


def _order(review: _Review, i: int, step: Step, place: int) -> Iterator[Finding]:
    for other in steps_before(review.under.standard, i):
        at = review.first(other)
        where = {"event_id": review.events[place].id}
        if at is None:
            if step.must_follow is not None:
                says = f"it is there without '{other}', after which it comes"
                yield _of_step(step, "order", "fault", says, f"Do '{other}', or record it.", **where)
        elif at > place:
            if _within_a_day(review, at, place):
                says = f"which of it and '{other}' came first is not known: their instants are known to the day only"
                yield _of_step(step, "order", "not decidable", says, "Record the time of day.", **where)
            else:
                says = f"it came before '{other}'"
                yield _of_step(step, "order", "fault", says, f"Repeat it after '{other}'.", **where)


def _within_a_day(review: _Review, at: int, place: int) -> bool:
    """Whether nothing tells which of two events came first: they may be of one day, and one is known as a day."""
    same_day = review.days[at] is None or review.days[at] == review.days[place]
    return same_day and any(review.events[n].precision in ("day", *_COARSE, None) for n in (at, place))


def _actors(review: _Review, step: Step, place: int) -> Iterator[Finding]:
    event = review.events[place]
    where = {"event_id": event.id}
    if step.by:
        said = {text for a in event.actors for text in (a.role, a.kind, a.name) if text}
        said |= {text for unit in event.units for text in (unit.name, unit.id) if text}
        if not said:
            says = "who did it is not known"
            yield _of_step(step, "actor", "not decidable", says, "Record actor, role or unit.", **where)
        elif said.isdisjoint(step.by):
            says = f"it was done by none of {', '.join(step.by)}"
            yield _of_step(step, "actor", "fault", says, "Have it done by who may.", **where)
    for other in step.not_by_same_as:
        for at in review.places.get(other, ()):
            mine, theirs = ({a.id for a in review.events[n].actors} for n in (place, at))
            if not mine or not theirs:
                says = f"whether the same person did '{other}' is not known: an actor is missing"
                yield _of_step(step, "same person", "not decidable", says, "Record the actors.", **where)
            elif mine & theirs:
                says = f"the same person did '{other}'"
                yield _of_step(step, "same person", "fault", says, "Have it repeated by another person.", **where)


def _rests_on(review: _Review, step: Step, place: int) -> Iterator[Finding]:
    event = review.events[place]
    materials = review.under.records.materials
    there = {one.type_id for one in materials if one.position <= place}
    produced = event.produced
    made = {one.type_id for one in materials if one.id in produced}
    for type_id in step.rests_on:
        if type_id not in there:
            outcome = _unless([one.type_id for one in materials])
            says = f"the record '{type_id}', on which it rests, was not there by then"
            if any(one.type_id == type_id and _within_a_day(review, one.position, place) for one in materials):
                outcome, says = "not decidable", f"whether the record '{type_id}' was there by then no day tells"
            yield _of_step(
                step, "rests on", outcome, says, "Name the record that was used.", event_id=event.id, type_id=type_id
            )
    for type_id in step.produces:
        outcome = _unless([one.type_id for one in materials if one.id in produced])
        if type_id not in made:
            says = f"it did not make the record '{type_id}'"
            yield _of_step(
                step, "produces", outcome, says, "Add the record that it made.", event_id=event.id, type_id=type_id
            )


def _unless(types: Sequence[str | None]) -> Outcome:
    """A fault, unless a record without a known type may be the one that is not there."""
    return "not decidable" if None in types else "fault"


def _previous(review: _Review, i: int, step: Step, place: int | None) -> int | None:
    """The place of the latest event after which a step comes, before the step itself."""
    others = steps_before(review.under.standard, i)
    at = [n for other in others for n in review.places.get(other, ()) if place is None or n < place]
    return max(at, default=None)


def _start(review: _Review, i: int, step: Step, place: int | None) -> tuple[int | None, str]:
    """The day from which the limit of a step counts, and why there is none."""
    of = step.limit_from
    if of is None:
        at = _previous(review, i, step, place)
        if at is None:
            return None, "from when it counts is not known: the step before is not there"
        return review.days[at], "the day of the step before is not known"
    steps = {one.activity: one for one in review.under.standard.review}
    if of in steps:
        at = review.first(of)
        if at is not None:
            return review.days[at], f"the day of '{of}' is not known"
        day = review.under.accepted_day if steps[of].stage == "acceptance" else None
        return day, f"'{of}', from which it counts, is not there"
    dated = [read_day(one.date) for one in review.under.records.materials if one.type_id == of]
    days = [one.number for one in dated if one is not None and one.precision == "day"]
    return (max(days) if days else None), f"no record '{of}' with its day is there, from which it counts"


def _step_limit(review: _Review, i: int, step: Step, place: int | None) -> Iterator[Finding]:
    """A limit that was not kept, or that an open case has passed; a step that is not due yet says nothing."""
    if step.limit_days is None or step.days is None:
        return
    under = review.under
    start, why = _start(review, i, step, place)
    if place is None:
        if start is None or under.case.status != "open" or not step.required:
            return
        end: int | None = under.today
    else:
        end = review.days[place]
        why = why if start is None else "its day is not known"
    if start is None or end is None:
        yield _of_step(step, "limit", "not decidable", why, "Record the instants to the day.", **_at(review, place))
        return
    kept = kept_limit(under.calendar, start, end, step.limit_days, step.days, step.extension_days or 0, review.stops)
    yield from _told(review, step, place, kept)


def _at(review: _Review, place: int | None) -> dict[str, str]:
    return {} if place is None else {"event_id": review.events[place].id}


def _told(review: _Review, step: Step, place: int | None, kept: Kept) -> Iterator[Finding]:
    where = _at(review, place)
    if kept.how == "over":
        late = "it is overdue" if place is None else "it took too long"
        mend = "Do it now, and say why it is late." if place is None else "Say why it was late."
        yield _of_step(step, "limit", "fault", f"{late}: {kept.why}", mend, **where)
    elif kept.how == "extended":
        says = "it kept the limit only if that was extended, which nothing says"
        yield _of_step(step, "limit", "not decidable", says, "Record the extension.", **where)
    elif kept.how == "unknown":
        yield _of_step(step, "limit", "not decidable", kept.why, "Set DOSSIER_WORKING_DAYS.", **where)


def _case_limit(review: _Review) -> Iterator[Finding]:
    """The limit of the whole case, from acceptance to completion."""
    under, limit = review.under, review.under.standard.limit
    if limit is None or under.case.status not in ("open", "closed"):
        return
    closing = [n for n, e in enumerate(review.events) if e.stage == "completion"]
    place = closing[-1] if under.closed and closing else None
    coarse = under.case.accepted_at is None and review.days.get(0) is None
    start = None if coarse else under.accepted_day
    end = under.today if place is None else review.days[place]
    where = _at(review, place)
    if start is None or end is None:
        says = "the days of acceptance and completion are not known"
        mend = "Record the instants to the day."
        found = [_of_step(_WHOLE, "limit", "not decidable", says, mend, **where)]
    else:
        extension = limit.extension_days or 0
        kept = kept_limit(under.calendar, start, end, limit.days, limit.kind, extension, review.stops)
        found = list(_told(review, _WHOLE, place, kept))
    for one in found:
        yield one.model_copy(update={"rule": "case limit", "step": None})


def _window(review: _Review, i: int, step: Step, place: int) -> Iterator[Finding]:
    """Whether a step was done when it may be."""
    if step.window is None:
        return
    where = _at(review, place)
    number = review.days[place]
    previous = _previous(review, i, step, place)
    before = None if previous is None else review.days[previous]
    if number is None or (step.window.next_month and before is None):
        says = "whether it was done in its time is not known: a day is missing"
        yield _of_step(step, "window", "not decidable", says, "Record the instants to the day.", **where)
    elif not _in_window(step.window, _date(number), None if before is None else _date(before)):
        yield _of_step(step, "window", "fault", "it was not done when it may be", "Say why it was not.", **where)


def _date(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _in_window(window: Window, day: date, before: date | None) -> bool:
    if window.monthly is not None:
        return window.monthly[0] <= day.day <= window.monthly[1]
    if window.until is not None:
        return f"{day:%m-%d}" <= window.until
    return before is not None and (day.year * 12 + day.month) - (before.year * 12 + before.month) == 1


def _incomplete(under: CaseUnder) -> Iterator[Finding]:
    """What is missing of the events themselves: actors, instants, records that are named and not there."""
    for event in under.case.events:
        for what in event.missing:
            erased = what.startswith(ERASED)
            yield Finding(
                part="review",
                rule="incomplete record",
                outcome="not decidable" if erased else "fault",
                stage=event.stage if event.stage in STAGES else "other",
                says=f"the event '{event.activity or event.id}' lacks: {what}",
                mend=None if erased else "Have the source corrected, and load it again.",
                event_id=event.id,
            )
