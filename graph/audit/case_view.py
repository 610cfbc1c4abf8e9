"""One case as an auditor sees it: findings at their events, the path expected and taken, times, and neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel

from graph.audit.finding_filter import FindingFilter
from graph.audit.findings import FindingRow, LastAudit, findings
from graph.chain import Chain, ChainEvent, chain
from graph.conformance import case_under
from graph.conformance_review import places_of_steps
from graph.instants import utc_ms
from graph.store import Store
from graph.viewer import Viewer
from graph.working_days import WorkingDays

_FINDINGS = 1000
_STARTS, _ENDS = ("start",), ("complete",)


class ExpectedStep(BaseModel):
    """A step of the standard, and the places (from 1) of the events in which it was done; none where it was not."""

    activity: str
    stage: str
    required: bool
    places: list[int]


class TakenStep(BaseModel):
    """An event of the case: `expected` is the step of the standard that it is, null where it is none of it.

    `waiting` are the seconds from the end of what came before to its beginning, `working` those from its beginning to
    its end; `working` is null where no event says when it began, and then all of its time counts as waiting.
    """

    place: int
    event_id: str
    activity: str | None
    lifecycle: str | None
    at: str | None
    expected: str | None
    waiting: float | None
    working: float | None
    findings: list[FindingRow]


class NeighbourCase(BaseModel):
    """A case that shares something with the one that is looked at."""

    id: str
    item_id: str | None
    opened_at: int | None
    status: str | None


class Neighbours(BaseModel):
    """The other cases of one applicant, actor, unit or record: how many, and those nearest in time.

    `name` is null for an applicant, whose names its dossier tells.
    """

    kind: str
    label: str
    id: str
    name: str | None
    cases: int
    nearest: list[NeighbourCase]


class CaseView(BaseModel):
    """The answer as the last done load has it; `of_case` are findings that are about no single event.

    `version_id` is null, and `expected` empty, for a case without standard.
    """

    id: str
    as_of_load: int
    status: str
    version_id: str | None
    expected: list[ExpectedStep]
    taken: list[TakenStep]
    of_case: list[FindingRow]
    neighbours: list[Neighbours]
    audit: LastAudit | None


def case_view(store: Store, viewer: Viewer, case: str, calendar: WorkingDays, *, limit: int = 5) -> CaseView:
    """One case, by id or natural key, with at most `limit` neighbours of each kind and key.

    Raises NotFound and Ambiguous as `chain` does.
    """
    told = chain(store, viewer, case)
    version_id, under = case_under(store, told, calendar)
    places = places_of_steps(under) if under else {}
    found, audit = _findings(store, viewer, told.id)
    at_event, of_case = _by_event(found, told)
    step_of = {place: step for step, of in places.items() for place in of}
    times = _times(told.events)
    return CaseView(
        id=told.id,
        as_of_load=told.as_of_load,
        status=told.status,
        version_id=version_id,
        expected=[
            ExpectedStep(
                activity=step.activity,
                stage=step.stage,
                required=step.required,
                places=[place + 1 for place in places.get(step.activity, ())],
            )
            for step in (under.standard.review if under else ())
        ],
        taken=[
            TakenStep(
                place=place + 1,
                event_id=event.id,
                activity=event.activity,
                lifecycle=event.lifecycle,
                at=event.at,
                expected=step_of.get(place),
                waiting=times[place][0],
                working=times[place][1],
                findings=at_event[event.id],
            )
            for place, event in enumerate(told.events)
        ],
        of_case=of_case,
        neighbours=_neighbours(store, told, limit),
        audit=audit,
    )


def _findings(store: Store, viewer: Viewer, case: str) -> tuple[list[FindingRow], LastAudit | None]:
    """All findings about a case, and the audit that they are of."""
    rows: list[FindingRow] = []
    cursor: str | None = None
    while True:
        page = findings(store, viewer, FindingFilter(case=case), limit=_FINDINGS, cursor=cursor)
        rows += page.items
        cursor = page.next
        if cursor is None:
            return rows, page.audit


def _by_event(rows: Sequence[FindingRow], told: Chain) -> tuple[dict[str, list[FindingRow]], list[FindingRow]]:
    known = {event.id for event in told.events}
    at_event: dict[str, list[FindingRow]] = defaultdict(list)
    of_case = []
    for row in rows:
        events = [one.id for one in row.about if one.label == "Event" and one.id in known]
        for event_id in events:
            at_event[event_id].append(row)
        if not events:
            of_case.append(row)
    return at_event, of_case


def _times(events: Sequence[ChainEvent]) -> list[tuple[float | None, float | None]]:
    """Waiting and working seconds of each event, by the pairs of start and complete of an activity."""
    begun: dict[str | None, int] = {}
    before: int | None = None
    times: list[tuple[float | None, float | None]] = []
    for event in events:
        lifecycle, at = (event.lifecycle or "").lower(), event.at_ms
        started = begun.pop(event.activity, None) if lifecycle in _ENDS else None
        if at is None:
            times.append((None, None))
            continue
        if started is not None:
            # What it waited for was counted at its start.
            times.append((0.0, (at - started) / 1000))
        else:
            times.append((None if before is None else max(at - before, 0) / 1000, None))
        if lifecycle in _STARTS:
            begun[event.activity] = at
        before = at if before is None else max(before, at)
    return times


def _neighbours(store: Store, told: Chain, limit: int) -> list[Neighbours]:
    names: dict[tuple[str, str], str | None] = {}
    for event in told.events:
        names |= {("actor", one.id): one.name for one in event.actors}
        names |= {("unit", one.id): one.name for one in event.units}
        records = (*event.received, *event.used, *event.produced)
        names |= {("material", one.id): one.title for one in records if one.label == "Material"}
    keys = {kind: sorted(id_ for of, id_ in names if of == kind) for kind in ("actor", "unit", "material")}
    load = told.as_of_load
    applicants = {row[2]: row[1] for row in store.read("audit/applicants", ids=[told.id], load=load)}
    rows = store.read(
        "audit/neighbours",
        case=told.id,
        opened_at=None if told.opened_at is None else utc_ms(told.opened_at),
        applicants=list(applicants),
        actors=keys["actor"],
        units=keys["unit"],
        materials=keys["material"],
        load=load,
        limit=limit,
    )
    found: dict[tuple[str, str], Neighbours] = {}
    for kind, key_id, cases, *case in rows:
        label = applicants[key_id] if kind == "applicant" else kind.capitalize()
        of = found.setdefault(
            (kind, key_id),
            Neighbours(kind=kind, label=label, id=key_id, name=names.get((kind, key_id)), cases=cases, nearest=[]),
        )
        of.nearest.append(NeighbourCase(id=case[0], item_id=case[1], opened_at=case[2], status=case[3]))
    return list(found.values())
