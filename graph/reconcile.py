"""One to one: each paper record and its digital copy, each digital record and its person; what has no partner.

docs/storeroom.md has the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ValidationError

from graph import clock
from graph.cursors import cursor as cursor_of
from graph.cursors import position
from graph.filing.arrangement import arrangement
from graph.items import known_items
from graph.settings import Settings
from graph.standard import stored_standard
from graph.store import Store
from graph.viewer import Viewer

Kind = Literal["no_copy", "no_paper", "no_subject", "pages", "places", "no_dossier"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_ALL = 2**31 - 1
_DIFFERENCES = pa.schema(
    [
        ("id", pa.string()), ("class", pa.string()), ("volume_id", pa.string()), ("other_id", pa.string()),
        ("said", pa.int64()), ("found", pa.int64()),
    ]
)  # fmt: skip
_ROOMS = pa.schema([("volume_id", pa.string()), ("room_code", pa.string()), ("kind", pa.string())])


class DifferenceCount(BaseModel):
    """How many differences of a kind there are in a room and class; null where there is none."""

    kind: Kind
    room: str | None
    scheme_class: str | None
    count: int


class Reconciliation(BaseModel):
    """How many differences of each kind there are, in all and by room and class."""

    as_of_load: int
    totals: dict[Kind, int]
    counts: list[DifferenceCount]


class Difference(BaseModel):
    """One difference. `other` is the record or file that it differs from; `said` and `found` are pages, or the
    place that is taken twice."""

    id: str
    scheme_class: str | None
    room: str | None
    other: str | None
    said: int | None
    found: int | None


class Differences(BaseModel):
    """A page of the differences of a kind, by id; `next` is the cursor of the following one."""

    kind: Kind
    items: list[Difference]
    next: str | None
    as_of_load: int


def reconcile(
    store: Store, settings: Settings, viewer: Viewer, progress: Callable[[str], None] = lambda _: None
) -> Reconciliation:
    """Compares paper, copies, persons and places; `progress` is told which kind is looked at."""
    viewer.require_whole_archive()

    def read(load: int) -> list[tuple[Kind, pd.DataFrame]]:
        found = []
        for kind in KINDS if load else ():
            progress(kind)
            found.append((kind, _found(store, settings, kind, load)))
        return found

    load, found = clock.standing(store, read)
    return Reconciliation(
        as_of_load=load,
        totals={kind: int(frame["count"].sum()) for kind, frame in found},
        counts=[
            DifferenceCount(kind=kind, room=_text(room), scheme_class=_text(class_), count=int(count))
            for kind, frame in found
            for room, class_, count in frame.itertuples(index=False, name=None)
        ],
    )


def _found(store: Store, settings: Settings, kind: Kind, load: int) -> pd.DataFrame:
    """The differences of a kind, counted by room and class."""
    frame = _read(store, settings, kind, load, "", _ALL)
    frame = frame.merge(_rooms(store, kind, load), on="volume_id", how="left")
    grouped = frame.groupby(["room_code", "class"], dropna=False).size().reset_index(name="count")
    return grouped.sort_values(["room_code", "class"])


def differences(
    store: Store, settings: Settings, viewer: Viewer, kind: Kind, *, limit: int = 50, cursor: str | None = None
) -> Differences:
    """A page of the differences of a kind. Raises UsageError for a cursor that is none."""
    viewer.require_whole_archive()
    (after,) = position(cursor, "differences", "text")

    def read(load: int) -> pd.DataFrame:
        if load == 0:
            return _DIFFERENCES.empty_table().to_pandas().assign(room_code=None)
        frame = _read(store, settings, kind, load, after or "", limit + 1)
        return frame.merge(_rooms(store, kind, load), on="volume_id", how="left")

    load, frame = clock.standing(store, read)
    items = [
        Difference(
            id=row["id"],
            scheme_class=_text(row["class"]),
            room=_text(row["room_code"]),
            other=_text(row["other_id"]),
            said=_number(row["said"]),
            found=_number(row["found"]),
        )
        for row in frame.head(limit).to_dict("records")
    ]
    following = cursor_of(items[-1].id) if len(frame) > limit else None
    return Differences(kind=kind, items=items, next=following, as_of_load=load)


def _read(store: Store, settings: Settings, kind: Kind, load: int, after: str, limit: int) -> pd.DataFrame:
    # Where paper is required is known of classes only, so the rest is left out here and not by the query.
    wide = _ALL if kind == "no_paper" else limit
    table = store.table(f"reconcile/{kind}", _DIFFERENCES, after=after, limit=wide, load=load)
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if kind == "no_paper":
        frame = frame[frame["class"].isin(paper_required(store, settings, load))].head(limit)
    return frame


def paper_required(store: Store, settings: Settings, load: int) -> set[str]:
    """The classes whose paper has to be kept: as the arrangement says, and by standards that are kept on paper."""
    house = arrangement(settings)
    required = set(house.paper_required if house else ())
    for versions in known_items(store, load).versions.values():
        for version in versions:
            try:
                rule = stored_standard(version["standard"] or "{}").archive
            except ValidationError:
                continue
            if rule is not None and rule.physical_form in ("paper", "both"):
                required.add(rule.scheme_class)
    return required


def _rooms(store: Store, kind: Kind, load: int) -> pd.DataFrame:
    """A room of each volume: the physical one, but for differences of electronic records the virtual one."""
    rooms: pd.DataFrame = store.table("reconcile/rooms", _ROOMS, load=load).to_pandas()
    digital = kind in ("no_paper", "no_subject")
    rooms = rooms.assign(other=(rooms["kind"] == "virtual") != digital).sort_values(
        ["volume_id", "other", "room_code"]
    )
    return rooms.drop_duplicates("volume_id")[["volume_id", "room_code"]]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]
