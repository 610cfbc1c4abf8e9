"""Persons and organisations: found by id, number or name, the whole set that is one person, and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.decision_kinds import decision_id
from graph.errors import Ambiguous, NotFound, UsageError, WrongIdKey
from graph.identifiers import credit_code, id_key, identity_number, subject_id_of_key
from graph.in_force import Record, in_force, link_types
from graph.store import Row, Store
from graph.viewer import Viewer


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
    """The subject that an id, a valid number, `system:key` or a prevailing name names, as a load knew it.

    Raises NotFound where there is none, Ambiguous where there are several that no decision has found to be one.
    """
    by_id = next((known for label in labels if (known := _known(store, {label: [text]}, load))), None)
    if by_id:
        return _whole(store, *by_id[0], load)
    number = identity_number(text) or credit_code(text)
    named = store.read("find/subjects", text=text, number=number)
    by_number, by_name = (
        {label: [row[1] for row in named if row[0] == label and row[2] == how] for label in labels}
        for how in ("number", "name")
    )
    id_, key_is_missing = _id_of_key(store, text)
    by_key = {label: [id_] for label in labels if id_ is not None}
    found = next((known for way in (by_number, by_key, by_name) if (known := _known(store, way, load))), [])
    if not found:
        raise _no_subject(labels, load, key_is_missing=key_is_missing)
    subject = _whole(store, *found[0], load)
    named_ids = [(label, record["id"]) for label, record in found]
    if not set(named_ids) <= {(subject.label, id_) for id_ in subject.ids}:
        kinds = {label for label, _ in named_ids}
        ids = ", ".join(id_ if len(kinds) == 1 else f"{label} {id_}" for label, id_ in named_ids[:10])
        raise Ambiguous("That names {records} records: {ids}.", "Give one of these ids.", records=len(found), ids=ids)
    return subject


def _known(store: Store, ids: Mapping[str, Sequence[str]], load: int) -> list[tuple[str, Record]]:
    """Label and record of those of the ids that a load knew."""
    known = in_force(store, ids, load)
    return [(label, known[label][id_]) for label in ids for id_ in sorted(known[label])]


def _id_of_key(store: Store, text: str) -> tuple[str | None, bool]:
    """The id of whom `system:key` would name, and whether it cannot be told because the id key is not at hand."""
    system, colon, natural = text.partition(":")
    if not (system and colon and natural):
        return None, False
    try:
        key = id_key(store.settings, store, make=False)
    except (UsageError, WrongIdKey):
        return None, True
    return subject_id_of_key(key, system, natural), False


def _no_subject(labels: Sequence[str], load: int, *, key_is_missing: bool) -> NotFound:
    if key_is_missing:
        return NotFound(
            "Nobody has that id, number or name in load {load}; keys of systems were not looked up.",
            "To ask by `system:key`, set DOSSIER_ID_KEY to the key of the store, or put its file back.",
            load=load,
        )
    if tuple(labels) == ("Person",):
        return NotFound("There is no such person in load {load}.", "`dossier persons` lists them.", load=load)
    if tuple(labels) == ("Organisation",):
        return NotFound("There is no such organisation in load {load}.", "Give its id or its credit code.", load=load)
    return NotFound(
        "There is no such person or organisation in load {load}.", "`dossier persons` lists persons.", load=load
    )


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
    """A page of the persons whose name begins with `query`, or whose id, number or `system:key` it is; all
    without one.

    Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    after_name, after_id = position(cursor, "persons", "text?", "text")
    if not store.exists():
        return PersonPage(items=[], next=None, as_of_load=0, open_load=None)
    text = query.strip() if query and query.strip() else None
    id_of_key = _id_of_key(store, text)[0] if text else None
    text = id_of_key if id_of_key and store.contents("Person", [id_of_key]) else text
    wanted = {"text": text, "number": identity_number(text) if text else None}
    place = {"limit": limit + 1, "after_name": after_name, "after_id": after_id}
    load, rows = clock.standing(store, lambda load: store.read("find/persons", **wanted, **place, load=load))
    items = [_person_row(row) for row in rows[:limit]]
    return PersonPage(
        items=items,
        next=cursor_of(items[-1].name, items[-1].id) if len(rows) > limit else None,
        as_of_load=load,
        open_load=clock.open_number(store),
    )


def _person_row(row: Row) -> PersonRow:
    *values, erased = row
    said = dict(zip(PersonRow.model_fields, values, strict=False))
    return PersonRow(**said, erased=None if erased is None else decision_id(erased))
