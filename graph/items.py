"""Service items and their dated standards, types of materials, and which standard a case is under."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from graph import clock
from graph.classification import Titles, comparable_title, titles_of_types
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.days import CHINA_OFFSET, DAY_MS, day_text, number_of
from graph.decided_titles import DecidedTitles
from graph.identifiers import id_key
from graph.in_force import Record, in_force
from graph.kept import kept
from graph.store import Store
from graph.upsert import link_table
from graph.viewer import Viewer


class ItemRow(BaseModel):
    """One service item with the standard that is in force, and when each of its standards begins."""

    id: str
    name: str | None
    life_stage: str | None
    region: str | None
    version_id: str | None
    versions: list[str]
    materials: int


class ItemPage(BaseModel):
    """A page of service items by id; `next` is the cursor of the following one."""

    items: list[ItemRow]
    next: str | None
    as_of_load: int


@dataclass(frozen=True)
class KnownItems:
    """The items, their versions (oldest first) and the types of materials, as a load knew them."""

    items: Mapping[str, Record]
    versions: Mapping[str, tuple[Record, ...]]
    types: Mapping[str, Record]
    titles: Titles

    def item_of(self, text: str | None) -> str | None:
        """The item whose id or exact name a text is; None where there is none, or several have that name."""
        if text is None or text in self.items:
            return text
        wanted = comparable_title(text)
        named = [id_ for id_, item in self.items.items() if comparable_title(item["name"] or "") == wanted]
        return named[0] if len(named) == 1 else None

    @property
    def all_versions(self) -> list[tuple[str, str, str | None, str]]:
        """All versions, as `under_links` takes them."""
        return [
            (version["id"], item_id, self.items[item_id]["name"], version["valid_from"])
            for item_id, of in self.versions.items()
            for version in of
        ]

    def version_on(self, item_id: str, day: int) -> Record | None:
        """The version of an item that is in force on a day (since 1970)."""
        begun = [v for v in self.versions.get(item_id, ()) if v["valid_from"] <= day_text(day)]
        return begun[-1] if begun else None


NOTHING_KNOWN = KnownItems({}, {}, {}, titles_of_types(()))
"""What was known before the first load."""


def known_items(store: Store, load: int) -> KnownItems:
    """Everything that the standards of the archive said as of a done load."""
    return kept(store, load, "items", lambda: _read_items(store, load))


def _read_items(store: Store, load: int) -> KnownItems:
    rows = store.read("find/items", load=load)
    type_ids = [row[0] for row in store.read("find/material_types", load=load)]
    item_ids = [row[0] for row in rows]
    version_ids = [row[1] for row in rows if row[1] is not None]
    records = in_force(store, {"ServiceItem": item_ids, "ItemVersion": version_ids, "MaterialType": type_ids}, load)
    versions: dict[str, list[Record]] = {}
    for item_id, version_id in rows:
        if version_id in records["ItemVersion"]:
            versions.setdefault(item_id, []).append(records["ItemVersion"][version_id])
    types = records["MaterialType"]
    decided = DecidedTitles(
        store.read("classes/decided_titles", load=load), lambda: id_key(store.settings, store, make=False)
    )
    return KnownItems(
        records["ServiceItem"],
        {id_: tuple(sorted(of, key=lambda v: (v["valid_from"], v["id"]))) for id_, of in versions.items()},
        types,
        titles_of_types(((t["id"], t["name"], t["synonyms"]) for t in types.values()), decided),
    )


def items(
    store: Store, viewer: Viewer, query: str | None = None, *, limit: int = 50, cursor: str | None = None
) -> ItemPage:
    """A page of the service items whose id or name holds `query`; all without one.

    Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    (after,) = position(cursor, "items", "text")
    load = clock.last_done(store)
    if load == 0:
        return ItemPage(items=[], next=None, as_of_load=0)
    known = known_items(store, load)
    wanted = comparable_title(query or "")
    ids = [
        id_
        for id_, item in sorted(known.items.items())
        if wanted in comparable_title(f"{id_} {item['name'] or ''}") and (after is None or id_ > after)
    ]
    rows = [_row(known, id_) for id_ in ids[:limit]]
    return ItemPage(items=rows, next=cursor_of(rows[-1].id) if len(ids) > limit else None, as_of_load=load)


def _row(known: KnownItems, id_: str) -> ItemRow:
    item, version = known.items[id_], known.version_on(id_, number_of(date.today()))
    standard: dict[str, Any] = json.loads(version["standard"] or "{}") if version else {}
    return ItemRow(
        id=id_,
        name=item["name"],
        life_stage=item["life_stage"],
        region=item["region"],
        version_id=version["id"] if version else None,
        versions=[v["valid_from"] for v in known.versions.get(id_, ())],
        materials=len(standard.get("materials", ())),
    )


def under_links(cases: pa.Table, versions: Iterable[tuple[str, str, str | None, str]]) -> pa.Table:
    """The derived links UNDER of `cases` (id, item_id, accepted_at, opened_at; ms).

    `versions` are the standing ones as (id, item_id, item_name, valid_from). A case is under the version of its
    item (named by id, or by a name that one item has) that was in force on the day, in China, on which it was
    accepted, or else opened; a case without item, day or such a version is under none.
    """
    by_text = _versions_by_text(versions)
    at = pc.coalesce(cases["accepted_at"], cases["opened_at"]).to_pylist()
    found: list[str | None] = []
    for text, at_ms in zip(cases["item_id"].to_pylist(), at, strict=True):
        begun = by_text.get(text) or by_text.get(comparable_title(text or "")) or []
        day = None if at_ms is None else (at_ms + 1000 * CHINA_OFFSET) // DAY_MS
        before = [id_ for first, id_ in begun if day is not None and first <= day]
        found.append(before[-1] if before else None)
    ids = pa.array(found, pa.string())
    known = ids.is_valid()
    return link_table("UNDER", ("Case", "ItemVersion"), cases["id"].combine_chunks().filter(known), ids.filter(known))


def _versions_by_text(versions: Iterable[tuple[str, str, str | None, str]]) -> dict[str, list[tuple[int, str]]]:
    """The versions of an item, oldest first, by its id and by its comparable name where only one item has it."""
    by_text: dict[str, list[tuple[int, str]]] = {}
    items_of_name: dict[str, set[str]] = {}
    for id_, item_id, name, valid_from in versions:
        by_text.setdefault(item_id, []).append((number_of(date.fromisoformat(valid_from)), id_))
        items_of_name.setdefault(comparable_title(name or ""), set()).add(item_id)
    for of in by_text.values():
        of.sort()
    named = {name: next(iter(ids)) for name, ids in items_of_name.items() if len(ids) == 1 and name}
    return {**{name: by_text[item_id] for name, item_id in named.items()}, **by_text}
