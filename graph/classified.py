"""What was classified how, and the list for review of what was not. docs/classification.md has the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from graph import clock
from graph.classes.schemes import schemes
from graph.classification import Titles, comparable_title
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.items import known_items
from graph.record_classes import ClassesOfTitles
from graph.store import Row, Store
from graph.viewer import Viewer

SchemeName = Literal["type", "si", "personnel", "historic"]
ReviewOf = Literal["any", "type", "si", "personnel", "historic"]
_NAMES: tuple[SchemeName, ...] = ("type", "si", "personnel", "historic")


class ClassCount(BaseModel):
    """How many records are of a class or type, by how that was found; `code` is null for none of them."""

    code: str | None
    name: str | None
    method: str
    records: int


class SchemeCount(BaseModel):
    """One scheme, or the types of materials: what is classified and how many records are not.

    Of the historic classes only records from before the Order are counted.
    """

    scheme: SchemeName
    name: str
    version: str | None
    classes: list[ClassCount]
    unclassified: int


class Classification(BaseModel):
    """All schemes as of the last done load; `threshold` is the least confidence at which a class is taken."""

    schemes: list[SchemeCount]
    threshold: float
    as_of_load: int
    open_load: int | None


class Suggestion(BaseModel):
    """What a title seems to be, not sure enough to be taken where it is asked about; `confidence` from 0 to 1."""

    scheme: SchemeName
    code: str
    name: str | None
    method: str
    confidence: float


class ReviewRow(BaseModel):
    """One title that is unclassified: how many records have it, one of them, and what it may be."""

    title: str
    records: int
    material_id: str
    suggestions: list[Suggestion]


class ReviewPage(BaseModel):
    """A page of titles, the most frequent first; `next` is the cursor of the following one."""

    items: list[ReviewRow]
    next: str | None
    as_of_load: int
    open_load: int | None


def classification(store: Store, viewer: Viewer) -> Classification:
    """How many records are of each type and class, found by name, synonym, term, model or decision."""
    viewer.require_whole_archive()
    load, rows = clock.standing(store, lambda load: _counts(store, load))
    names = {id_: one["name"] for id_, one in known_items(store, load).types.items()} if load else {}
    return Classification(
        schemes=[_scheme_count(name, [row for row in rows or () if row[0] == name], names) for name in _NAMES],
        threshold=schemes().threshold,
        as_of_load=load,
        open_load=clock.open_number(store) if load else None,
    )


def _counts(store: Store, load: int) -> list[Row]:
    return store.read("classes/counts", load=load, before=_before()) if load else []


def _before() -> str:
    scheme = schemes().of("historic")
    return (scheme.before if scheme else None) or ""


def _scheme_count(name: SchemeName, rows: Sequence[Row], types: dict[str, str | None]) -> SchemeCount:
    scheme = schemes().of(name)
    of = {one.code: one.name for one in scheme.classes} if scheme else types
    return SchemeCount(
        scheme=name,
        name=scheme.name if scheme else "types of materials",
        version=scheme.version if scheme else None,
        classes=[
            ClassCount(code=code, name=of.get(code) if code else None, method=method, records=count)
            for _, code, method, count in rows
            if method is not None
        ],
        unclassified=sum(count for _, _, method, count in rows if method is None),
    )


def review(
    store: Store, viewer: Viewer, of: ReviewOf = "any", *, limit: int = 50, cursor: str | None = None
) -> ReviewPage:
    """The titles of records without a type, without a class of a scheme, or (`any`) without any class.

    A decision of the kind `class` about a record takes it off the list. Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    (skip,) = position(cursor, "titles for review", "count")
    load, (page, following) = clock.standing(store, lambda load: _page(store, load, of, limit, skip or 0))
    if load == 0:
        return ReviewPage(items=[], next=None, as_of_load=0, open_load=None)
    suggested = _suggestions(store, load, of, [title for title, *_ in page])
    return ReviewPage(
        items=[
            ReviewRow(title=title, records=records, material_id=id_, suggestions=said)
            for (title, records, id_), said in zip(page, suggested, strict=True)
        ],
        next=None if following is None else cursor_of(following),
        as_of_load=load,
        open_load=clock.open_number(store),
    )


def _page(store: Store, load: int, of: ReviewOf, limit: int, skip: int) -> tuple[list[Row], int | None]:
    """A page of titles, and where the next one begins. Titles that were decided to be of no type have none either:
    only their decision tells them from the others, and they are passed over."""
    page: list[Row] = []
    if not load:
        return page, None
    titles = known_items(store, load).titles
    while True:
        rows = store.read("classes/unclassified", load=load, scheme=of, before=_before(), limit=limit + 1, skip=skip)
        for place, row in enumerate(rows):
            if len(page) == limit:
                return page, skip + place
            if of != "type" or "type" not in titles.decisions.of(comparable_title(row[0])):
                page.append(row)
        if len(rows) <= limit:
            return page, None
        skip += len(rows)


def _suggestions(store: Store, load: int, of: ReviewOf, titles: Sequence[str]) -> list[list[Suggestion]]:
    known = known_items(store, load)
    types = {id_: one["name"] for id_, one in known.types.items()}
    found = []
    for title, row in zip(titles, ClassesOfTitles().of(titles), strict=True):
        said = [_of_type(known.titles, types, title)]
        for scheme, one in zip(schemes().schemes, row, strict=True):
            named = scheme.class_of(one.code) if one and one.code else None
            if one and named:
                said.append(
                    Suggestion(
                        scheme=scheme.id,
                        code=named.code,
                        name=named.name,
                        method=one.method,
                        confidence=one.confidence,
                    )
                )
        found.append([one for one in said if one and of in ("any", one.scheme)])
    return found


def _of_type(titles: Titles, types: dict[str, str | None], title: str) -> Suggestion | None:
    found = titles.of(title)
    if found is None or found.type_id is None:
        return None
    return Suggestion(
        scheme="type",
        code=found.type_id,
        name=types.get(found.type_id),
        method=found.method,
        confidence=found.confidence,
    )
