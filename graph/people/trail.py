"""The trail of one actor: everything they did, on whom, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from graph.chain import Reference
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.in_force import Record, erased_by, files_of, in_force, known_load, utc
from graph.people.actors import find_actor
from graph.people.done import READ, Done, done
from graph.store import Row, Store
from graph.viewer import Viewer

_RECORDS = ("RECEIVED", "USED", "PRODUCED", "TOUCHED")
_SUBJECTS = ("Person", "Organisation")


class Affiliation(BaseModel):
    """What a staff list says of an actor: the unit they belong to (MEMBER_OF), or the person they are (IS_PERSON)."""

    type: str
    id: str
    name: str | None
    valid_from: str | None
    valid_to: str | None


class Duty(BaseModel):
    """What an actor did of one activity; instants in UTC, null where no event of it has one."""

    activity: str | None
    events: int
    cases: int
    first_at: str | None
    last_at: str | None


class ActedOn(BaseModel):
    """A person or organisation whom an actor's events are about: who applied for the case, or was touched."""

    label: str
    id: str
    events: int
    cases: int
    first_at: str | None
    last_at: str | None


class TrailEvent(Done):
    """One event of an actor; `roles` are those of the actor in it."""

    roles: list[str]
    subjects: list[str]
    records: list[Reference]


class Trail(BaseModel):
    """What an actor did as load `as_of_load` knew it; counts and lists are of the whole span that was asked for.

    `items` is a page of the events, the latest first, those without an instant last; `next` the cursor of the
    following one. `on` are whom the events are about, those with most events first, `duties` likewise.
    """

    id: str
    name: str | None
    kind: str | None
    as_of_load: int
    events: int
    cases: int
    undated: int
    first_at: str | None
    last_at: str | None
    affiliations: list[Affiliation]
    duties: list[Duty]
    on: list[ActedOn]
    items: list[TrailEvent]
    next: str | None


@dataclass
class _Span:
    """Events and cases of a group, and the instants between which they lie."""

    events: set[str]
    cases: set[str]
    first: int | None = None
    last: int | None = None

    def add(self, event: Record, cases: Iterable[str]) -> None:
        self.events.add(event["id"])
        self.cases.update(cases)
        at = event["at"]
        if at is not None:
            self.first = at if self.first is None else min(self.first, at)
            self.last = at if self.last is None else max(self.last, at)


def trail(
    store: Store,
    viewer: Viewer,
    actor: str,
    *,
    from_at: int | None = None,
    to_at: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
    as_known_at: int | None = None,
) -> Trail:
    """The trail of an actor, by id or by a name that only one has, within `from_at` and `to_at` (epoch ms).

    An event without an instant is within every span that is not bounded. Raises NotFound where the actor was not
    known then, Ambiguous where several are named, UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    after_at, after_id = position(cursor, "events", "instant?", "text")
    load = known_load(store, as_known_at)
    found = find_actor(store, actor, load)
    acts = store.read("people/acts", ids=[found["id"]], load=load)
    records = in_force(store, {"Event": [row[1] for row in acts]}, load, {"Event": READ}) if acts else {"Event": {}}
    events = [e for e in records["Event"].values() if _within(e["at"], from_at, to_at)]
    events.sort(key=_latest_first)
    ids = [event["id"] for event in events]
    cases = _grouped(store.read("dossier/event_cases", ids=ids, load=load)) if ids else {}
    applied = _subjects(store, {c for of in cases.values() for c in of}, load)
    start = next(
        (n for n, e in enumerate(events) if _latest_first(e) > _latest_first({"at": after_at, "id": after_id})),
        len(events),
    )
    page = events[start if cursor else 0 :][:limit]
    links = store.read("audit/event_links", ids=[e["id"] for e in page], load=load) if page else []
    touched = _touched(store, ids, load)
    subjects = {id_: _of_event(cases.get(id_, ()), applied, touched.get(id_, ())) for id_ in ids}
    more = (start if cursor else 0) + limit < len(events)
    dated = [event["at"] for event in events if event["at"] is not None]
    return Trail(
        id=found["id"],
        name=found["name"],
        kind=found["kind"],
        as_of_load=load,
        events=len(events),
        cases=len({c for of in cases.values() for c in of}),
        undated=len(events) - len(dated),
        first_at=utc(min(dated, default=None)),
        last_at=utc(max(dated, default=None)),
        affiliations=_affiliations(store, found["id"], load),
        duties=_duties(events, cases),
        on=_on(events, cases, subjects),
        items=_items(store, page, acts, cases, subjects, links, load),
        next=cursor_of(page[-1]["at"], page[-1]["id"]) if more else None,
    )


def _within(at: int | None, from_at: int | None, to_at: int | None) -> bool:
    if at is None:
        return from_at is None and to_at is None
    return (from_at is None or at >= from_at) and (to_at is None or at <= to_at)


def _latest_first(event: Mapping[str, object]) -> tuple[bool, int, str]:
    at = event["at"]
    return (not isinstance(at, int), -at if isinstance(at, int) else 0, str(event["id"]))


def _grouped(rows: Sequence[Row]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for first, second in rows:
        groups.setdefault(first, []).append(second)
    return groups


def _subjects(store: Store, cases: set[str], load: int) -> dict[str, list[tuple[str, str]]]:
    """Label and id of those who applied for each case."""
    found: dict[str, list[tuple[str, str]]] = {}
    for case_id, label, id_, _ in store.read("audit/applicants", ids=sorted(cases), load=load) if cases else ():
        found.setdefault(case_id, []).append((label, id_))
    return found


def _touched(store: Store, ids: Sequence[str], load: int) -> dict[str, list[tuple[str, str]]]:
    """Persons and organisations that events touched by themselves."""
    found: dict[str, list[tuple[str, str]]] = {}
    for event_id, label, id_ in store.read("people/touched", ids=list(ids), load=load) if ids else ():
        found.setdefault(event_id, []).append((label, id_))
    return found


def _of_event(
    cases: Iterable[str], applied: Mapping[str, Sequence[tuple[str, str]]], touched: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    return list(dict.fromkeys([*(one for case in cases for one in applied.get(case, ())), *touched]))


def _duties(events: Sequence[Record], cases: Mapping[str, Sequence[str]]) -> list[Duty]:
    spans: dict[str | None, _Span] = {}
    for event in events:
        spans.setdefault(event["activity"], _Span(set(), set())).add(event, cases.get(event["id"], ()))
    ordered = sorted(spans.items(), key=lambda pair: (-len(pair[1].events), pair[0] or ""))
    return [
        Duty(
            activity=activity,
            events=len(of.events),
            cases=len(of.cases),
            first_at=utc(of.first),
            last_at=utc(of.last),
        )
        for activity, of in ordered
    ]


def _on(
    events: Sequence[Record],
    cases: Mapping[str, Sequence[str]],
    subjects: Mapping[str, Sequence[tuple[str, str]]],
) -> list[ActedOn]:
    spans: dict[tuple[str, str], _Span] = {}
    for event in events:
        for subject in subjects[event["id"]]:
            spans.setdefault(subject, _Span(set(), set())).add(event, cases.get(event["id"], ()))
    ordered = sorted(spans.items(), key=lambda pair: (-len(pair[1].events), pair[0]))
    return [
        ActedOn(
            label=label,
            id=id_,
            events=len(of.events),
            cases=len(of.cases),
            first_at=utc(of.first),
            last_at=utc(of.last),
        )
        for (label, id_), of in ordered
    ]


def _affiliations(store: Store, actor: str, load: int) -> list[Affiliation]:
    rows = store.read("people/staff", ids=[actor], load=load)
    units = [row[2] for row in rows if row[0] == "MEMBER_OF"]
    named = in_force(store, {"Unit": units}, load)["Unit"] if units else {}
    return [
        Affiliation(
            type=type_,
            id=id_,
            name=named[id_]["name"] if type_ == "MEMBER_OF" and id_ in named else None,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for type_, _, id_, valid_from, valid_to in rows
    ]


def _items(
    store: Store,
    page: Sequence[Record],
    acts: Sequence[Row],
    cases: Mapping[str, Sequence[str]],
    subjects: Mapping[str, Sequence[tuple[str, str]]],
    links: Sequence[Row],
    load: int,
) -> list[TrailEvent]:
    roles: dict[str, set[str]] = {}
    for _, event_id, role, _ in acts:
        roles.setdefault(event_id, set()).update([role] if role else [])
    handled = [row for row in links if row[0] in _RECORDS and row[2] not in _SUBJECTS]
    wanted: dict[str, list[str]] = {}
    for _, _, label, id_, *_ in handled:
        wanted.setdefault(label, []).append(id_)
    ends = in_force(store, wanted, load) if wanted else {}
    records: dict[str, list[Reference]] = {}
    for _, event_id, label, id_, _, qualifier, _ in handled:
        end = ends.get(label, {}).get(id_)
        if end is not None:
            title = end.get("title") or end.get("type")
            one = Reference(id=id_, label=label, title=title, qualifier=qualifier, erased=erased_by(end))
            records.setdefault(event_id, []).append(one)
    files = files_of(store, load)
    return [
        TrailEvent(
            roles=sorted(roles.get(event["id"], ())),
            cases=list(cases.get(event["id"], ())),
            subjects=[id_ for _, id_ in subjects[event["id"]]],
            records=records.get(event["id"], []),
            **done(event, files),
        )
        for event in page
    ]
