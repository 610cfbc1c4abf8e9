"""Persons and organisations: found by id, number or name, the whole set that is one person, and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.decision_kinds import decision_id
from graph.errors import Ambiguous, NotFound
from graph.identifiers import credit_code, identity_number
from graph.in_force import in_force
from graph.store import Row, Store
from graph.viewer import Viewer

_REMEDY = {"Person": "`dossier persons` lists them.", "Organisation": "Give its id or its credit code."}


@dataclass(frozen=True)
class Subject:
    """A person or organisation that is asked for: the id that named it, and all ids that are one with it."""

    label: str
    id: str
    ids: tuple[str, ...]


class PersonRow(BaseModel):
    """One person of a list, with the values that prevail; `erased` is the decision that erased them."""

    id: str
    name: str | None
    id_no: str | None
    gender: str | None
    birth_date: str | None
    erased: str | None = None


class PersonPage(BaseModel):
    """A page of persons by name; `next` is the cursor of the following one."""

    items: list[PersonRow]
    next: str | None
    as_of_load: int
    open_load: int | None


def find_subject(store: Store, text: str, load: int, labels: Sequence[str] = ("Person", "Organisation")) -> Subject:
    """The subject that an id, a valid number or a prevailing name names, as a load knew it.

    Raises NotFound where there is none, Ambiguous where there are several that no decision has found to be one.
    """
    known = in_force(store, {label: [text] for label in labels}, load)
    by_id = [(label, id_) for label in labels for id_ in known[label]]
    if by_id:
        return _whole(store, *by_id[0], load)
    number = identity_number(text) or credit_code(text)
    named = [row for row in store.read("find/subjects", text=text, number=number) if row[0] in labels]
    best = [row for how in ("number", "name") if (row := [r for r in named if r[2] == how])][:1]
    wanted = {label: [r[1] for rows in best for r in rows if r[0] == label] for label in labels}
    known = in_force(store, wanted, load)
    found = [(label, id_) for label in labels for id_ in sorted(known[label])]
    what = " or ".join(label.lower() for label in labels)
    if not found:
        raise NotFound(f"There is no such {what} in load {load}.", _REMEDY[labels[0]])
    subject = _whole(store, *found[0], load)
    if not {id_ for _, id_ in found} <= set(subject.ids):
        ids = ", ".join(id_ for _, id_ in found[:10])
        raise Ambiguous(f"That names {len(found)} records: {ids}.", "Give one of these ids.")
    return subject


def _whole(store: Store, label: str, id_: str, load: int) -> Subject:
    """The subject with everyone whom decisions have found to be the same person, over any number of steps."""
    ids, fresh = {id_}, [id_]
    while fresh and label == "Person":
        pairs = store.read("dossier/same_as", ids=fresh, load=load)
        fresh = sorted({end for pair in pairs for end in pair} - ids)
        ids.update(fresh)
    return Subject(label, id_, tuple(sorted(ids)))


def persons(
    store: Store, viewer: Viewer, query: str | None = None, *, limit: int = 50, cursor: str | None = None
) -> PersonPage:
    """A page of the persons whose name begins with `query`, or whose id or number it is; all without one.

    Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    after_name, after_id = position(cursor, 2, "persons")
    if not store.exists():
        return PersonPage(items=[], next=None, as_of_load=0, open_load=None)
    text = query.strip() if query and query.strip() else None
    wanted = {"text": text, "number": identity_number(text) if text else None}
    place = {"limit": limit + 1, "after_name": after_name, "after_id": after_id}
    load, rows = clock.standing(store, lambda load: store.read("find/persons", **wanted, **place, load=load))
    items = [_person_row(row) for row in rows[:limit]]
    open_loads = [one.number for one in clock.loads(store) if one.state == "open"]
    return PersonPage(
        items=items,
        next=cursor_of(items[-1].name, items[-1].id) if len(rows) > limit else None,
        as_of_load=load,
        open_load=open_loads[0] if open_loads else None,
    )


def _person_row(row: Row) -> PersonRow:
    *values, erased = row
    said = dict(zip(PersonRow.model_fields, values, strict=False))
    return PersonRow(**said, erased=None if erased is None else decision_id(erased))
