"""Persons and organisations: found by id, number or name, the whole set that is one person, and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.errors import Ambiguous, NotFound
from graph.identifiers import credit_code, identity_number
from graph.in_force import Record, in_force, link_types
from graph.store import Store
from graph.viewer import Viewer

_REMEDY = {"Person": "`dossier persons` lists them.", "Organisation": "Give its id or its credit code."}


@dataclass(frozen=True)
class Subject:
    """A person or organisation that is asked for: the id that named it, and all ids that are one with it.

    `record` is the one with that id.
    """

    label: str
    id: str
    ids: tuple[str, ...]
    record: Record


class PersonRow(BaseModel):
    """One person of a list, with the values that prevail."""

    id: str
    name: str | None
    id_no: str | None
    gender: str | None
    birth_date: str | None


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
    for label in labels:
        for record in in_force(store, {label: [text]}, load)[label].values():
            return _whole(store, label, record, load)
    number = identity_number(text) or credit_code(text)
    named = [row for row in store.read("find/subjects", text=text, number=number) if row[0] in labels]
    best = [row for how in ("number", "name") if (row := [r for r in named if r[2] == how])][:1]
    wanted = {label: [r[1] for rows in best for r in rows if r[0] == label] for label in labels}
    known = in_force(store, wanted, load)
    found = [(label, id_) for label in labels for id_ in sorted(known[label])]
    what = " or ".join(label.lower() for label in labels)
    if not found:
        raise NotFound(f"There is no such {what} in load {load}.", _REMEDY[labels[0]])
    subject = _whole(store, found[0][0], known[found[0][0]][found[0][1]], load)
    if not {id_ for _, id_ in found} <= set(subject.ids):
        ids = ", ".join(id_ for _, id_ in found[:10])
        raise Ambiguous(f"That names {len(found)} records: {ids}.", "Give one of these ids.")
    return subject


def _whole(store: Store, label: str, record: Record, load: int) -> Subject:
    """The subject with everyone whom decisions have found to be the same person, over any number of steps."""
    id_: str = record["id"]
    ids, fresh = {id_}, [id_]
    while fresh and label == "Person" and "SAME_AS" in link_types(store, load):
        pairs = store.read("dossier/same_as", ids=fresh, load=load)
        fresh = sorted({end for pair in pairs for end in pair} - ids)
        ids.update(fresh)
    return Subject(label, id_, tuple(sorted(ids)), record)


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
    items = [PersonRow(**dict(zip(PersonRow.model_fields, row, strict=True))) for row in rows[:limit]]
    return PersonPage(
        items=items,
        next=cursor_of(items[-1].name, items[-1].id) if len(rows) > limit else None,
        as_of_load=load,
        open_load=clock.open_number(store),
    )
