"""The material reuse library (材料复用库): types of materials, who asks for them, and how often they come again."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.days import CHINA_OFFSET, DAY_MS, number_of, start_of
from graph.items import KnownItems, known_items
from graph.store import Store
from graph.validity import UNKNOWN, first_days, valid_through
from graph.viewer import Viewer

_BEFORE_ALL = -(2**62)
_SHOWN = 100
_SCHEMA = pa.schema(
    [
        ("material_id", pa.string()),
        ("type_id", pa.string()),
        ("title", pa.string()),
        ("date", pa.string()),
        ("valid_until", pa.string()),
        ("event_id", pa.string()),
        ("at", pa.int64()),
        ("offset", pa.int64()),
        ("subject_label", pa.string()),
        ("subject_id", pa.string()),
    ]
)


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
    (after,) = position(cursor, 1, "material types")
    ids = [row.id for row in answer.types]
    start = ids.index(str(after)) + 1 if after in ids else 0
    shown = answer.types[start : start + limit]
    following = cursor_of(shown[-1].id) if start + limit < len(ids) else None
    return LibraryPage(items=shown, next=following, **answer.model_dump(exclude={"types"}))


def library(store: Store, viewer: Viewer) -> Library:
    """The types of materials of the archive, those that come again most often first."""
    viewer.require_whole_archive()
    load = clock.last_done(store)
    if load == 0:
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
    rows = _rows(store, load)
    of_type = _by_type(known, rows)
    rows_of = _required(store, known, load)
    types = [_type_row(known, id_, of_type.get(id_, {}), rows_of) for id_ in known.types]
    untyped = rows[rows["type_id"].isna()]
    titles = Counter(untyped.drop_duplicates("material_id")["title"].to_numpy(object, na_value=None).tolist())
    ordered = sorted(titles.items(), key=lambda pair: (-pair[1], pair[0] or ""))
    return Library(
        types=sorted(types, key=lambda row: (-row.again, -row.submitted, row.id)),
        unclassified=[TitleCount(title=title, records=count) for title, count in ordered[:_SHOWN]],
        titles_left_off=max(0, len(ordered) - _SHOWN),
        records_unclassified=sum(titles.values()),
        submitted_unclassified=len(untyped[untyped["event_id"].notna()].drop_duplicates(["material_id", "event_id"])),
        as_of_load=load,
        open_load=clock.open_number(store),
    )


def _rows(store: Store, load: int) -> pd.DataFrame:
    """Submissions and catalogued records with their subjects, persons that are one under one id."""
    found = store.read("reuse/submissions", load=load)
    columns = list(zip(*found, strict=True)) if found else [()] * len(_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    rows = pa.Table.from_arrays(arrays, schema=_SCHEMA).to_pandas(types_mapper=_nullable)
    one = _one_id(store.read("reuse/same_as", load=load))
    rows["subject_id"] = rows["subject_id"].map(lambda id_: one.get(id_, id_), na_action="ignore")
    return rows.drop_duplicates()


def _nullable(type_: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    return pd.Int64Dtype() if type_ == pa.int64() else None


def _one_id(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """For each person that is one with others the least id of them all."""
    least: dict[str, str] = {}

    def root(id_: str) -> str:
        while least.get(id_, id_) != id_:
            id_ = least[id_]
        return id_

    for a, b in pairs:
        first, second = sorted((root(a), root(b)))
        least[first], least[second] = first, first
    return {id_: root(id_) for id_ in least}


def _by_type(known: KnownItems, rows: pd.DataFrame) -> dict[str, dict[str, int]]:
    """The counts of each type that has records."""
    typed = rows[rows["type_id"].notna()]
    if typed.empty:
        return {}
    held = typed.merge(_materials(known, typed), on="material_id")
    submitted = held[held["event_id"].notna()].assign(again=_came_again(held))
    each = submitted.groupby(["type_id", "material_id", "event_id"], as_index=False)["again"].any()
    counts = pd.DataFrame(
        {
            "records": held.groupby("type_id")["material_id"].nunique(),
            "submitted": each.groupby("type_id").size(),
            "again": each.groupby("type_id")["again"].sum(),
            "persons": _subjects(submitted, "Person"),
            "organisations": _subjects(submitted, "Organisation"),
        }
    )
    return {str(id_): {str(k): int(v) for k, v in row.items()} for id_, row in counts.fillna(0).iterrows()}


def _subjects(submitted: pd.DataFrame, label: str) -> pd.Series:
    return submitted[submitted["subject_label"] == label].groupby("type_id")["subject_id"].nunique()


def _materials(known: KnownItems, typed: pd.DataFrame) -> pd.DataFrame:
    """Each record with the instant since which it is on file (ms) and the last day on which it is valid."""
    firsts = typed.sort_values("at", kind="stable", na_position="last").drop_duplicates("material_id")
    day = (firsts["at"] + 1000 * firsts["offset"].fillna(CHINA_OFFSET)) // DAY_MS
    dates = pa.array(firsts["date"], pa.string(), from_pandas=True)
    of_types = {id_: kind["validity_days"] for id_, kind in known.types.items()}
    through = valid_through(
        pa.array(firsts["valid_until"], pa.string(), from_pandas=True),
        pa.array([of_types.get(id_) for id_ in firsts["type_id"]], pa.int64()),
        dates,
        pa.array(day, pa.int64(), from_pandas=True),
    )
    catalogued = first_days(dates).to_pandas(types_mapper=_nullable).map(start_of, na_action="ignore")
    submitted = firsts["event_id"].notna().to_numpy()
    since = np.where(
        submitted,
        firsts["at"].fillna(_BEFORE_ALL).to_numpy(np.int64),
        catalogued.fillna(_BEFORE_ALL).to_numpy(np.int64),
    )
    return pd.DataFrame({"material_id": firsts["material_id"].to_numpy(), "since": since, "through": through})


def _came_again(held: pd.DataFrame) -> pd.Series:
    """For each submission of `held` whether its subject had a valid record of the type on file before it."""
    keys = ["subject_id", "type_id"]
    own = held[held["subject_id"].notna()].drop_duplicates([*keys, "material_id"])[[*keys, "since", "through"]]
    own = own.sort_values("since", kind="stable")
    own["until"] = own.groupby(keys)["through"].cummax()
    asked = held[held["event_id"].notna() & held["subject_id"].notna() & held["at"].notna()][[*keys, "at", "offset"]]
    asked = asked.assign(
        moment=asked["at"].astype(np.int64),
        day=(asked["at"] + 1000 * asked["offset"].fillna(CHINA_OFFSET)) // DAY_MS,
        row=asked.index,
    ).sort_values("moment", kind="stable")
    before = pd.merge_asof(
        asked, own, left_on="moment", right_on="since", by=keys, direction="backward", allow_exact_matches=False
    )
    again = before["until"].fillna(UNKNOWN).to_numpy(np.int64) >= before["day"].to_numpy(np.int64)
    return pd.Series(again, index=before["row"]).reindex(held.index, fill_value=False)


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
