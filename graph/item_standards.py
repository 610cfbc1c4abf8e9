"""The standards of service items: all versions, one of them, and two compared."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from graph import clock
from graph.classification import comparable_title
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.days import day_text, number_of
from graph.errors import InvalidStandard, NotFound
from graph.house_files import faults_said
from graph.in_force import Record
from graph.items import NOTHING_KNOWN, KnownItems, known_items
from graph.standard import ItemStandard, stored_standard
from graph.standard_changes import Change, standard_changes
from graph.store import Store
from graph.viewer import Viewer


class VersionRow(BaseModel):
    """One version of an item: in force from `valid_from` until the day `until` (null: until a later one begins)."""

    id: str
    item_id: str
    name: str | None
    life_stage: str | None
    region: str | None
    valid_from: str
    until: str | None
    in_force: bool


class VersionPage(BaseModel):
    """A page of versions by item and first day; `next` is the cursor of the following one."""

    items: list[VersionRow]
    next: str | None
    as_of_load: int


class StandardVersion(BaseModel):
    """One version and what it says, with the keys of its file; sources stand in their places.

    `types` are the names of the types of records that it names, `versions` those of its item by first day.
    """

    version: VersionRow
    standard: dict[str, Any]
    types: dict[str, str | None]
    versions: list[str]
    as_of_load: int

    @property
    def model(self) -> ItemStandard:
        """What it says, as the model of standards."""
        return stored_standard(json.dumps(self.standard))


class Comparison(BaseModel):
    """Two versions and what differs from `before` to `after`."""

    before: VersionRow
    after: VersionRow
    changes: list[Change]
    as_of_load: int


def standard_versions(
    store: Store,
    viewer: Viewer,
    query: str | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
    on: date | None = None,
) -> VersionPage:
    """A page of the versions of the items whose id or name holds `query`; in force are those of the day `on` (today).

    Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    after = position(cursor, "standards", "text", "text", "text")
    load = clock.last_done(store)
    known = known_items(store, load) if load else NOTHING_KNOWN
    wanted = comparable_title(query or "")
    rows = [
        row
        for item_id, item in sorted(known.items.items())
        if wanted in comparable_title(f"{item_id} {item['name'] or ''}")
        for row in _rows(known, item_id, on)
        if after[0] is None or _place(row) > after
    ]
    shown = rows[:limit]
    return VersionPage(
        items=shown, next=cursor_of(*_place(shown[-1])) if len(rows) > limit else None, as_of_load=load
    )


def standard_version(
    store: Store, viewer: Viewer, id_: str, as_known_at: int | None = None, on: date | None = None
) -> StandardVersion:
    """One version by its id, or the one of an item that is in force on the day `on` (today).

    Raises NotFound where there was no such version at `as_known_at` (epoch ms; now), InvalidStandard for one that
    says no standard.
    """
    viewer.require_whole_archive()
    load, known = _known(store, as_known_at)
    row, record = _version(known, id_, load, on)
    model = _model(record)
    named = {name for one in model.materials for name in (one.type, *one.instead)}
    named |= {name for step in model.review for name in (*step.rests_on, *step.produces)}
    types = {name: known.types[name]["name"] if name in known.types else None for name in sorted(named)}
    versions = [one["id"] for one in known.versions[row.item_id]]
    return StandardVersion(
        version=row, standard=json.loads(record["standard"]), types=types, versions=versions, as_of_load=load
    )


def compare_standards(
    store: Store, viewer: Viewer, before: str, after: str, as_known_at: int | None = None, on: date | None = None
) -> Comparison:
    """What differs between two versions, each named as `standard_version` takes it.

    Raises NotFound where there was no such version at `as_known_at` (epoch ms; now), InvalidStandard for one that
    says no standard.
    """
    viewer.require_whole_archive()
    load, known = _known(store, as_known_at)
    (old_row, old), (new_row, new) = (_version(known, id_, load, on) for id_ in (before, after))
    return Comparison(
        before=old_row, after=new_row, changes=standard_changes(_model(old), _model(new)), as_of_load=load
    )


def _model(record: Record) -> ItemStandard:
    try:
        return stored_standard(record["standard"] or "{}")
    except ValidationError as error:
        raise InvalidStandard(
            "What the archive has as standard '{version}' is none: {reason}",
            "Check its file with `dossier standards check`, and load it again.",
            version=record["id"],
            reason=faults_said(error),
        ) from error


def _known(store: Store, as_known_at: int | None) -> tuple[int, KnownItems]:
    load = clock.known_at(store, as_known_at)
    return load, known_items(store, load) if load else NOTHING_KNOWN


def _version(known: KnownItems, id_: str, load: int, on: date | None) -> tuple[VersionRow, Record]:
    item_id = id_ if id_ in known.versions else id_.rpartition("@")[0]
    found = next(
        (row for row in _rows(known, item_id, on) if row.id == id_ or (row.in_force and item_id == id_)), None
    )
    if found is None:
        raise NotFound(
            "There is no standard '{version}' in load {load}.",
            "`dossier standards list` lists them.",
            version=id_,
            load=load,
        )
    return found, next(one for one in known.versions[item_id] if one["id"] == found.id)


def _rows(known: KnownItems, item_id: str, on: date | None) -> list[VersionRow]:
    versions = known.versions.get(item_id, ())
    item = known.items.get(item_id)
    current = known.version_on(item_id, number_of(on or date.today()))
    following = [*(one["valid_from"] for one in versions[1:]), None]
    return [
        VersionRow(
            id=one["id"],
            item_id=item_id,
            name=item["name"] if item else None,
            life_stage=item["life_stage"] if item else None,
            region=item["region"] if item else None,
            valid_from=one["valid_from"],
            until=None if then is None else day_text(number_of(date.fromisoformat(then)) - 1),
            in_force=current is not None and one["id"] == current["id"],
        )
        for one, then in zip(versions, following, strict=False)
    ]


def _place(row: VersionRow) -> tuple[str, str, str]:
    return row.item_id, row.valid_from, row.id
