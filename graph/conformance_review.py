"""审核: steps there, in order, within their limits, by whom they may be, and on the records that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from graph.chain import DANGLING, ERASED
from graph.conformance_findings import CaseUnder, Finding, Outcome
from graph.conformance_limits import Kept, Stop, kept_limit, stops_of
from graph.conformance_sentences import Value
from graph.days import day_of, read_day
from graph.stages import STAGES
from graph.standard import ItemStandard, Step, Window
from graph.told_case import ToldEvent

_EPOCH = date(1970, 1, 1)
_COARSE = ("month", "year")
_NO_VALUES: Mapping[str, Value] = {}
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


def _of_step(
    step: Step,
    rule: str,
    outcome: Outcome,
    says: str,
    event: ToldEvent | None,
    values: Mapping[str, Value] = _NO_VALUES,
    type_id: str | None = None,
) -> Finding:
    return Finding(
        part="review", rule=rule, outcome=outcome, stage=step.stage, step=step.activity, type_id=type_id, says=says,
        values=dict(values), event_id=event.id if event else None,
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
        yield _of_step(step, "step", "not decidable", "step_erased", erased[0])
    elif others:
        name = others[0].activity or others[0].id
        yield _of_step(step, "step", "not decidable", "step_otherwise_named", others[0], {"other": name})
    else:
        yield _of_step(step, "step", review.under.lacking, "step_absent", None)


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
        event = review.events[place]
        if at is None:
            if step.must_follow is not None:
                yield _of_step(step, "order", "fault", "not_preceded", event, {"other": other})
        elif at > place:
            if _within_a_day(review, at, place):
                yield _of_step(step, "order", "not decidable", "order_unknown", event, {"other": other})
            else:
                yield _of_step(step, "order", "fault", "too_early", event, {"other": other})


def _within_a_day(review: _Review, at: int, place: int) -> bool:
    """Whether nothing tells which of two events came first: they may be of one day, and one is known as a day."""
    same_day = review.days[at] is None or review.days[at] == review.days[place]
    return same_day and any(review.events[n].precision in ("day", *_COARSE, None) for n in (at, place))


def _actors(review: _Review, step: Step, place: int) -> Iterator[Finding]:
    event = review.events[place]
    if step.by:
        said = {text for a in event.actors for text in (a.role, a.kind, a.name) if text}
        said |= {text for unit in event.units for text in (unit.name, unit.id) if text}
        if not said:
            yield _of_step(step, "actor", "not decidable", "doer_unknown", event)
        elif said.isdisjoint(step.by):
            yield _of_step(step, "actor", "fault", "doer_not_named", event, {"by": list(step.by)})
    for other in step.not_by_same_as:
        for at in review.places.get(other, ()):
            mine, theirs = ({a.id for a in review.events[n].actors} for n in (place, at))
            if not mine or not theirs:
                yield _of_step(step, "same person", "not decidable", "same_unknown", event, {"other": other})
            elif mine & theirs:
                yield _of_step(step, "same person", "fault", "same_person", event, {"other": other})


def _rests_on(review: _Review, step: Step, place: int) -> Iterator[Finding]:
    event = review.events[place]
    materials = review.under.records.materials
    there = {one.type_id for one in materials if one.position <= place}
    produced = event.produced
    made = {one.type_id for one in materials if one.id in produced}
    for type_id in step.rests_on:
        if type_id not in there:
            outcome, says = _unless([one.type_id for one in materials]), "basis_absent"
            if any(one.type_id == type_id and _within_a_day(review, one.position, place) for one in materials):
                outcome, says = "not decidable", "basis_unknown"
            yield _of_step(step, "rests on", outcome, says, event, type_id=type_id)
    for type_id in step.produces:
        outcome = _unless([one.type_id for one in materials if one.id in produced])
        if type_id not in made:
            yield _of_step(step, "produces", outcome, "product_absent", event, type_id=type_id)


def _unless(types: Sequence[str | None]) -> Outcome:
    """A fault, unless a record without a known type may be the one that is not there."""
    return "not decidable" if None in types else "fault"


def _previous(review: _Review, i: int, step: Step, place: int | None) -> int | None:
    """The place of the latest event after which a step comes, before the step itself."""
    others = steps_before(review.under.standard, i)
    at = [n for other in others for n in review.places.get(other, ()) if place is None or n < place]
    return max(at, default=None)


def _start(review: _Review, i: int, step: Step, place: int | None) -> tuple[int | None, str]:
    """The day from which the limit of a step counts, and the sentence that says why there is none."""
    of = step.limit_from
    if of is None:
        at = _previous(review, i, step, place)
        return (None, "start_absent") if at is None else (review.days[at], "start_undated")
    steps = {one.activity: one for one in review.under.standard.review}
    if of in steps:
        at = review.first(of)
        if at is not None:
            return review.days[at], "from_undated"
        return review.under.accepted_day if steps[of].stage == "acceptance" else None, "from_absent"
    dated = [read_day(one.date) for one in review.under.records.materials if one.type_id == of]
    days = [one.number for one in dated if one is not None and one.precision == "day"]
    return (max(days) if days else None), "from_record_absent"


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
        why = why if start is None else "end_undated"
    if start is None or end is None:
        of: dict[str, Value] = {} if step.limit_from is None else {"of": step.limit_from}
        yield _of_step(step, "limit", "not decidable", why, _at(review, place), of)
        return
    kept = kept_limit(under.calendar, start, end, step.limit_days, step.days, step.extension_days or 0, review.stops)
    told = _told(kept, step.limit_days, step.days, done=place is not None)
    if told:
        outcome, says, values = told
        yield _of_step(step, "limit", outcome, says, _at(review, place), values)


def _at(review: _Review, place: int | None) -> ToldEvent | None:
    return None if place is None else review.events[place]


def _told(kept: Kept, days: int, kind: str, *, done: bool) -> tuple[Outcome, str, dict[str, Value]] | None:
    """What is said of a limit that was not, or perhaps not kept: the outcome, the sentence and its values."""
    if kept.how == "over":
        return "fault", "too_long" if done else "overdue", {"used": kept.used, "kind": kind, "days": days}
    if kept.how == "extended":
        return "not decidable", "if_extended", {}
    if kept.how == "unknown":
        return "not decidable", "days_off_unknown", {"year": kept.year}
    return None


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
    told: tuple[Outcome, str, dict[str, Value]] | None = "not decidable", "undated", {}
    if start is not None and end is not None:
        extension = limit.extension_days or 0
        kept = kept_limit(under.calendar, start, end, limit.days, limit.kind, extension, review.stops)
        told = _told(kept, limit.days, limit.kind, done=place is not None)
    if told:
        outcome, says, values = told
        at = _at(review, place)
        yield Finding(
            part="review", rule="case limit", outcome=outcome, stage="completion", says=f"case_{says}", values=values,
            event_id=at.id if at else None,
        )  # fmt: skip


def _window(review: _Review, i: int, step: Step, place: int) -> Iterator[Finding]:
    """Whether a step was done when it may be."""
    if step.window is None:
        return
    event = review.events[place]
    number = review.days[place]
    previous = _previous(review, i, step, place)
    before = None if previous is None else review.days[previous]
    if number is None or (step.window.next_month and before is None):
        yield _of_step(step, "window", "not decidable", "window_unknown", event)
    elif not _in_window(step.window, _date(number), None if before is None else _date(before)):
        yield _of_step(step, "window", "fault", "outside_window", event)


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
            says, values = _lacking(what)
            yield Finding(
                part="review",
                rule="incomplete record",
                outcome="not decidable" if says == "event_erased" else "fault",
                stage=event.stage if event.stage in STAGES else "other",
                says=says,
                values={"event": event.activity or event.id, **values},
                event_id=event.id,
            )


def _lacking(what: str) -> tuple[str, dict[str, Value]]:
    """The sentence about something that is missing of an event, and its values."""
    if what.startswith(ERASED):
        return "event_erased", {"decision": what.removeprefix(ERASED)}
    if what.startswith(DANGLING):
        link, _, id_ = what.removeprefix(DANGLING).partition(" to ")
        return "event_dangling", {"link": link, "id": id_}
    return "event_incomplete", {"lacks": what}
