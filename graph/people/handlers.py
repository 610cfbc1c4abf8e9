"""Who acted on a person's records: in their cases, on the records about them, on themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from graph.in_force import Record, files_of, in_force, known_load, utc
from graph.people.done import READ, Done, done
from graph.store import Row, Store
from graph.subjects import find_subject
from graph.viewer import Viewer

_WAYS = ("case", "record", "self")


class Handler(BaseModel):
    """An actor who acted; `ways` are how: in a case of the person, on a record about them, on themselves."""

    id: str
    name: str | None
    kind: str | None
    roles: list[str]
    activities: list[str]
    ways: list[str]
    events: int
    cases: int
    first_at: str | None
    last_at: str | None


class Act(Done):
    """One event; `actors` and `records` are ids, `ways` as in `Handler`."""

    ways: list[str]
    actors: list[str]
    records: list[str]


class Handlers(BaseModel):
    """Who acted on the records of a person (all `ids` that are one by decision), as load `as_of_load` knew it.

    `handlers` with most events first; `acts` in the order of time, those without an instant last; `unnamed`
    counts the acts that name nobody.
    """

    id: str
    label: str
    ids: list[str]
    as_of_load: int
    handlers: list[Handler]
    acts: list[Act]
    unnamed: int


def handlers(store: Store, viewer: Viewer, person: str, as_known_at: int | None = None) -> Handlers:
    """Every event in a case to which the person applied, on a record about them or on themselves, with its actors.

    `person` as in `dossier`; `as_known_at` epoch milliseconds. Raises NotFound where the person was not known
    then, Ambiguous where several are named.
    """
    viewer.require_whole_archive()
    load = known_load(store, as_known_at)
    subject = find_subject(store, person, load, ("Person",))
    ids = list(subject.ids)
    cases = sorted({row[1] for row in store.read("dossier/applied", ids=ids, load=load)})
    ways: dict[str, set[str]] = {}
    for row in store.read("dossier/case_events", ids=cases, load=load) if cases else ():
        ways.setdefault(row[1], set()).add("case")
    about = store.read("dossier/about", ids=ids, load=load)
    materials = sorted({row[2] for row in about if row[1] == "Material"})
    records: dict[str, list[str]] = {}
    for _, label, id_, event_id in store.read("people/handled", ids=[*ids, *materials], load=load):
        # One id may stand for records of several labels.
        if (label == "Material" and id_ in materials) or (label == "Person" and id_ in ids):
            ways.setdefault(event_id, set()).add("record" if label == "Material" else "self")
            if label == "Material" and id_ not in records.setdefault(event_id, []):
                records[event_id].append(id_)
    events = in_force(store, {"Event": list(ways)}, load, {"Event": READ})["Event"] if ways else {}
    ordered = sorted(events.values(), key=lambda e: (e["at"] is None, e["at"] or 0, e["id"]))
    links = store.read("audit/event_links", ids=list(events), load=load) if events else []
    acted = [row for row in links if row[0] == "BY"]
    actors = in_force(store, {"Actor": [row[3] for row in acted]}, load)["Actor"] if acted else {}
    by, of_case = _ends(acted), _ends([row for row in links if row[0] == "IN_CASE"])
    files = files_of(store, load)
    return Handlers(
        id=subject.id,
        label=subject.label,
        ids=ids,
        as_of_load=load,
        handlers=_handlers(ordered, acted, actors, ways, of_case),
        acts=[
            Act(
                ways=[way for way in _WAYS if way in ways[event["id"]]],
                actors=by.get(event["id"], []),
                cases=of_case.get(event["id"], []),
                records=records.get(event["id"], []),
                **done(event, files),
            )
            for event in ordered
        ],
        unnamed=sum(event["id"] not in by for event in ordered),
    )


def _ends(rows: Sequence[Row]) -> dict[str, list[str]]:
    """What each event is linked to, each once."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row[3] not in found.setdefault(row[1], []):
            found[row[1]].append(row[3])
    return found


def _handlers(
    events: Sequence[Record],
    links: Sequence[Row],
    actors: Mapping[str, Record],
    ways: Mapping[str, set[str]],
    cases: Mapping[str, Sequence[str]],
) -> list[Handler]:
    acted: dict[str, set[str]] = {}
    roles: dict[str, set[str]] = {}
    for _, event_id, _, actor_id, role, *_ in links:
        acted.setdefault(actor_id, set()).add(event_id)
        roles.setdefault(actor_id, set()).update([role] if role else [])
    answer = []
    for actor_id, ids in acted.items():
        own = [event for event in events if event["id"] in ids]
        instants = [event["at"] for event in own if event["at"] is not None]
        record = actors.get(actor_id)
        how = {way for event in own for way in ways[event["id"]]}
        answer.append(
            Handler(
                id=actor_id,
                name=record["name"] if record else None,
                kind=record["kind"] if record else None,
                roles=sorted(roles[actor_id]),
                activities=sorted({event["activity"] for event in own if event["activity"]}),
                ways=[way for way in _WAYS if way in how],
                events=len(own),
                cases=len({case for event in own for case in cases.get(event["id"], ())}),
                first_at=utc(min(instants, default=None)),
                last_at=utc(max(instants, default=None)),
            )
        )
    return sorted(answer, key=lambda one: (-one.events, one.id))
