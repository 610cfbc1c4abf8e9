"""The material reuse library (材料复用库): types of materials, who asks for them, and how often they come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.days import number_of
from graph.items import KnownItems, known_items
from graph.kept import kept, kept_already
from graph.store import Store
from graph.submissions import counts_by_type, submissions
from graph.viewer import Viewer

_SHOWN = 100


class TypeRow(BaseModel):
    """One type of material.

    `required_by` and `conditional_for` are the items whose standards in force today ask for it. `submitted`
    counts submissions (an event that received a record), `persons` and `organisations` those whose the records
    are, `again` the submissions at which one of them had a valid record of the type on file already.
    `records` counts all records of the type, also those that are only catalogued.
    """

    id: str
    name: str | None
    type_class: str | None
    validity_days: int | None
    required_by: list[str]
    conditional_for: list[str]
    records: int
    submitted: int
    persons: int
    organisations: int
    again: int


class TitleCount(BaseModel):
    """A title that is no type's name or synonym, and how many records have it."""

    title: str | None
    records: int


class Library(BaseModel):
    """The library for the last done load. `unclassified` lists the most frequent titles; `titles_left_off` says
    how many more there are, `records_unclassified` how many records have any of them."""

    types: list[TypeRow]
    unclassified: list[TitleCount]
    titles_left_off: int
    records_unclassified: int
    submitted_unclassified: int
    as_of_load: int
    open_load: int | None


class LibraryPage(BaseModel):
    """A page of the types of a library, and what is unclassified; `next` is the cursor of the following page."""

    items: list[TypeRow]
    next: str | None
    unclassified: list[TitleCount]
    titles_left_off: int
    records_unclassified: int
    submitted_unclassified: int
    as_of_load: int
    open_load: int | None


def library_page(answer: Library, *, limit: int, cursor: str | None) -> LibraryPage:
    """A page of a library. Raises UsageError for a cursor that is none."""
    (after,) = position(cursor, "material types", "text")
    ids = [row.id for row in answer.types]
    start = ids.index(after) + 1 if after in ids else 0
    shown = answer.types[start : start + limit]
    following = cursor_of(shown[-1].id) if start + limit < len(ids) else None
    return LibraryPage(items=shown, next=following, **answer.model_dump(exclude={"types"}))


def library(store: Store, viewer: Viewer) -> Library:
    """The types of materials of the archive, those that come again most often first."""
    viewer.require_whole_archive()
    load, counted = _counted(store)
    if counted is None:
        return Library(
            types=[],
            unclassified=[],
            titles_left_off=0,
            records_unclassified=0,
            submitted_unclassified=0,
            as_of_load=0,
            open_load=None,
        )
    known = known_items(store, load)
    rows_of = _required(store, known, load)
    types = [_type_row(known, id_, counted.by_type.get(id_, {}), rows_of) for id_ in known.types]
    titles = counted.titles
    return Library(
        types=sorted(types, key=lambda row: (-row.again, -row.submitted, row.id)),
        unclassified=[TitleCount(title=title, records=count) for title, count in titles[:_SHOWN]],
        titles_left_off=max(0, len(titles) - _SHOWN),
        records_unclassified=sum(count for _, count in titles),
        submitted_unclassified=counted.unclassified_submitted,
        as_of_load=load,
        open_load=clock.open_number(store),
    )


@dataclass(frozen=True)
class _Counted:
    """What a load's records and submissions come to; which standards are in force today is apart from it."""

    by_type: dict[str, dict[str, int]]
    titles: list[tuple[str | None, int]]
    unclassified_submitted: int


def _counted(store: Store) -> tuple[int, _Counted | None]:
    """The last done load and its counts, None before the first. They are kept once nothing has changed meanwhile."""
    load = clock.last_done(store)
    counted = kept_already(store, load, "library", _Counted)
    if counted is not None or load == 0:
        return load, counted
    load, counted = clock.standing(store, lambda load: _count(store, load))
    return load, kept(store, load, "library", lambda: counted)


def _count(store: Store, load: int) -> _Counted:
    given = submissions(store, load)
    by_type = counts_by_type(known_items(store, load), given)
    return _Counted(by_type, given.titles(), given.unclassified_submitted())


def _required(store: Store, known: KnownItems, load: int) -> dict[str, tuple[list[str], list[str]]]:
    """For each type the items that always ask for it, and those that do on a condition, by standards of today."""
    today = number_of(date.today())
    current = {item_id: known.version_on(item_id, today) for item_id in known.items}
    items = {version["id"]: item_id for item_id, version in current.items() if version}
    asked: dict[str, tuple[list[str], list[str]]] = {}
    for version_id, type_id, required, *_ in (
        store.read("reuse/required", ids=sorted(items), load=load) if items else ()
    ):
        asked.setdefault(type_id, ([], []))[0 if required else 1].append(items[version_id])
    return asked


def _type_row(
    known: KnownItems, id_: str, counts: dict[str, int], asked: dict[str, tuple[list[str], list[str]]]
) -> TypeRow:
    kind = known.types[id_]
    always, on_condition = asked.get(id_, ([], []))
    names = ("records", "submitted", "persons", "organisations", "again")
    return TypeRow(
        id=id_,
        name=kind["name"],
        type_class=kind["class"],
        validity_days=kind["validity_days"],
        required_by=sorted(always),
        conditional_for=sorted(on_condition),
        **{name: counts.get(name, 0) for name in names},
    )
