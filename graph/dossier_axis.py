"""The axis of time of a dossier: what stands on it as a day, an instant or an interval, and counts along it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from graph import clock
from graph.days import CHINA_OFFSET, day_of, day_text, read_day
from graph.dossier_cases import CaseOfSubject
from graph.dossier_materials import MaterialOfSubject
from graph.dossier_records import Holdings
from graph.in_force import Record, SourceRow, erased_by, source_of
from graph.instants import iso
from graph.prevailing import value_text

KINDS = ("case", "event", "material", "fact", "payment")


class Entry(BaseModel):
    """One thing in time. `start` and `end` as its source states them; `end` only of an interval.

    `first_day` is the day (since 1970) by which it is ordered: the first that its start can mean, or of an
    interval without a start that of its end. `case_id` is the case that it belongs to, `erased` the decision that
    erased what it said.
    """

    kind: str
    id: str
    title: str | None
    start: str | None
    end: str | None
    precision: str | None
    first_day: int | None
    at_ms: int | None
    case_id: str | None
    life_stage: str | None
    source: SourceRow
    erased: str | None = None


class YearCount(BaseModel):
    """How many entries of each kind begin in a year."""

    year: int
    cases: int
    events: int
    materials: int
    facts: int
    payments: int


class StageCount(BaseModel):
    """How many cases, and events in them, belong to a stage of life; null where the item is not known."""

    life_stage: str | None
    cases: int
    events: int


def axis_of(
    held: Holdings,
    files: Mapping[int, clock.Load],
    cases: Sequence[CaseOfSubject],
    materials: Sequence[MaterialOfSubject],
) -> tuple[list[Entry], list[Entry]]:
    """All entries, the earliest first, and those without a date by kind and id."""
    stages = {case.id: case.life_stage for case in cases}
    every = [
        *_cases(cases),
        *_events(cases),
        *(_material(one, stages) for one in materials),
        *_facts(held, files, stages),
        *_payments(held, files, stages),
    ]
    dated = [entry for entry in every if entry.first_day is not None]
    undated = [entry for entry in every if entry.first_day is None]
    dated.sort(key=lambda e: (e.first_day, e.at_ms is not None, e.at_ms or 0, KINDS.index(e.kind), e.id))
    undated.sort(key=lambda e: (KINDS.index(e.kind), e.id))
    return dated, undated


def _cases(cases: Sequence[CaseOfSubject]) -> Iterator[Entry]:
    for case in cases:
        first = case.events[0].day if case.events and case.events[0].at_ms == case.opened_ms else None
        opened = case.opened_ms
        yield Entry(
            kind="case",
            id=case.id,
            title=case.item_name or case.item_id,
            start=case.opened_at,
            end=case.closed_at if case.status == "closed" else case.last_at,
            precision=None,
            first_day=day_of(opened, None) if first is None and opened is not None else first,
            at_ms=opened,
            case_id=case.id,
            life_stage=case.life_stage,
            source=case.source,
        )


def _events(cases: Sequence[CaseOfSubject]) -> Iterator[Entry]:
    seen: set[str] = set()
    for case in cases:
        for event in case.events:
            if event.id in seen:
                continue
            seen.add(event.id)
            yield Entry(
                kind="event",
                id=event.id,
                title=event.activity,
                start=event.at,
                end=None,
                precision=event.precision,
                first_day=event.day,
                at_ms=event.at_ms,
                case_id=case.id,
                life_stage=case.life_stage,
                source=event.source,
                erased=event.erased,
            )


def _material(one: MaterialOfSubject, stages: Mapping[str, str | None]) -> Entry:
    """By its own date, or else the instant of its first submission."""
    first = one.submissions[0] if one.submissions else None
    dated = read_day(one.date)
    use = None if dated else first
    case_id = first.case_id if first else None
    return Entry(
        kind="material",
        id=one.id,
        title=one.title,
        start=use.at if use else one.date,
        end=None,
        precision=dated.precision if dated else None,
        first_day=dated.number if dated else use.day if use else None,
        at_ms=use.at_ms if use else None,
        case_id=case_id,
        life_stage=stages.get(case_id or ""),
        source=one.source,
        erased=one.erased,
    )


def _facts(held: Holdings, files: Mapping[int, clock.Load], stages: Mapping[str, str | None]) -> Iterator[Entry]:
    """Facts as the interval in which they hold; those that state none, when they were stated."""
    of_case = {row[2]: row[4] for row in held.about if row[1] == "Fact" and row[3] == "Case"}
    for id_, fact in sorted(held.of("Fact").items()):
        case_id = of_case.get(id_)
        start, end = fact["valid_from"], fact["valid_to"]
        at_ms, precision = None, None
        if not start and not end and fact["erased"] is None:
            start, at_ms, precision = _stated(held, fact)
        from_day, to_day = read_day(start), read_day(end)
        first = from_day or to_day
        yield Entry(
            kind="fact",
            id=id_,
            title=None if fact["erased"] is not None else _title(fact),
            start=start,
            end=end,
            precision=precision or (first.precision if first else None),
            first_day=first.number if first else None,
            at_ms=at_ms,
            case_id=case_id,
            life_stage=stages.get(case_id or ""),
            source=source_of(fact, files),
            erased=erased_by(fact),
        )


def _title(fact: Record) -> str:
    return f"{fact['field']}: {value_text(fact['value'], fact['number'], fact['unit'])}"


def _stated(held: Holdings, fact: Record) -> tuple[str | None, int | None, str | None]:
    """When a fact was stated: by itself, by the event or by the date of the material that states it."""
    if fact["stated_at"] is not None:
        return iso(fact["stated_at"], CHINA_OFFSET, "millisecond"), fact["stated_at"], "millisecond"
    known = [(label, held.of(label).get(id_)) for label, id_ in held.stated_by.get(fact["id"], ())]
    for label, record in known:
        if label == "Event" and record and record["at"] is not None:
            return iso(record["at"], record["offset"], record["precision"]), record["at"], record["precision"]
    for label, record in known:
        if label == "Material" and record and record["date"]:
            return record["date"], None, None
    return None, None, None


def _payments(held: Holdings, files: Mapping[int, clock.Load], stages: Mapping[str, str | None]) -> Iterator[Entry]:
    cases = {row[2]: row[4] for row in held.about if row[0] == "PAYS" and row[3] == "Case"}
    for id_, payment in sorted(held.of("Payment").items()):
        day = read_day(payment["period"])
        case_id = cases.get(id_)
        yield Entry(
            kind="payment",
            id=id_,
            title=payment["kind"],
            start=payment["period"],
            end=None,
            precision=day.precision if day else None,
            first_day=day.number if day else None,
            at_ms=None,
            case_id=case_id,
            life_stage=stages.get(case_id or ""),
            source=source_of(payment, files),
        )


def by_year(entries: Sequence[Entry]) -> list[YearCount]:
    """Counts of the dated entries by the year in which they begin."""
    counts: dict[int, Counter[str]] = {}
    for (kind, day), count in Counter((entry.kind, entry.first_day) for entry in entries).items():
        if day is not None:
            counts.setdefault(int(day_text(day)[:4]), Counter())[kind] += count
    return [YearCount(year=year, **{f"{k}s": of[k] for k in KINDS}) for year, of in sorted(counts.items())]


def by_stage(cases: Sequence[CaseOfSubject]) -> list[StageCount]:
    """Counts of cases by stage of life, the known ones first."""
    of_stage: dict[str | None, list[CaseOfSubject]] = {}
    for case in cases:
        of_stage.setdefault(case.life_stage, []).append(case)
    ordered = sorted(of_stage.items(), key=lambda pair: (pair[0] is None, pair[0] or ""))
    return [StageCount(life_stage=s, cases=len(of), events=sum(len(c.events) for c in of)) for s, of in ordered]
