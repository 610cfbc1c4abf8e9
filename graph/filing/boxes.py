"""Volumes into boxes (装盒), and boxes on shelves; paper in physical rooms, the rest in virtual ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.filing.arrangement import Arrangement, retention_code
from graph.filing.volumes import SYSTEM, last_numbers
from graph.store import Store

PHYSICAL, VIRTUAL = "physical", "virtual"
_MARKS = {PHYSICAL: "B", VIRTUAL: "E"}
_CONTENTS = pa.schema(
    [
        ("box_id", pa.string()), ("code", pa.string()), ("capacity", pa.int64()), ("volumes", pa.int64()),
        ("last_position", pa.int64()), ("paper_pages", pa.int64()), ("paper_unknown", pa.int64()),
    ]
)  # fmt: skip
_SHELVES = pa.schema(
    [
        ("room_id", pa.string()), ("room_code", pa.string()), ("kind", pa.string()), ("room_position", pa.int64()),
        ("shelf_id", pa.string()), ("shelf_code", pa.string()), ("capacity", pa.int64()), ("boxes", pa.int64()),
        ("last_position", pa.int64()),
    ]
)  # fmt: skip
_UNSHELVED = pa.schema([("box_id", pa.string()), ("code", pa.string()), ("kind", pa.string())])


@dataclass(frozen=True)
class Boxes:
    """`volumes`: volume_id, box_id, position. `made`: id, code, kind, capacity (mm). `grown`: boxes that stand and
    need another thickness: id, capacity."""

    volumes: pd.DataFrame
    made: pd.DataFrame
    grown: pd.DataFrame


@dataclass(frozen=True)
class Shelves:
    """`boxes`: box_id, shelf_id, position. `made`: shelves that are new: id, code, room_id, position, capacity;
    `rooms`: rooms that are new: id, code, kind, capacity. `left`: boxes for which no shelf has room."""

    boxes: pd.DataFrame
    made: pd.DataFrame
    rooms: pd.DataFrame
    left: list[str]


def into_boxes(store: Store, load: int, house: Arrangement, volumes: pd.DataFrame) -> Boxes:
    """Gives each volume the boxes that it needs and does not have, in the order of the 档号: the last box of its
    series while there is room, then a new one.

    `volumes` has volume_id, code, class, year, retention, mm, paper, electronic, box_id, virtual_box_id, and the
    `series` of its 档号 where filing gave it one.
    """
    parts = []
    for kind, needs, has in ((PHYSICAL, "paper", "box_id"), (VIRTUAL, "electronic", "virtual_box_id")):
        wanted = volumes[(volumes[needs] > 0) & volumes[has].isna()]
        wanted = wanted.assign(series=_box_series(house, wanted)).sort_values(["series", "code", "volume_id"])
        parts.append(_boxed(store, load, house, wanted, kind))
    return Boxes(
        *(pd.concat([getattr(p, n) for p in parts], ignore_index=True) for n in ("volumes", "made", "grown"))
    )


def _box_series(house: Arrangement, volumes: pd.DataFrame) -> pd.Series:
    """The series of its 档号; of a volume that filing did not make, what is known of it."""
    own = []
    for series, scheme_class, year, retention in zip(
        volumes["series"], volumes["class"], volumes["year"], volumes["retention"], strict=True
    ):
        if isinstance(series, str):
            own.append(series)
            continue
        coded = house.class_code(scheme_class) if isinstance(scheme_class, str) else None
        kept = retention_code(retention) if isinstance(retention, str) else None
        own.append(house.series(house.catalogue.category, coded, None if pd.isna(year) else int(year), kept))
    return pd.Series(own, index=volumes.index, dtype="object")


def _boxed(store: Store, load: int, house: Arrangement, wanted: pd.DataFrame, kind: str) -> Boxes:
    mark = _MARKS[kind]
    numbers = last_numbers(store, "filing/last_box", wanted["series"], mark)
    stood = _contents(store, load, house, [_code(series, mark, n) for series, n in numbers.items()])
    limit = math.inf if kind == VIRTUAL else float(house.box_mm[-1])
    boxes: list[str] = []
    positions: list[int] = []
    made: dict[str, str] = {}
    thick: dict[str, float] = {}
    current, position, before = "", 0, None
    for series, mm in zip(wanted["series"], wanted["mm"], strict=True):
        if series != before:
            before, code = series, _code(series, mark, numbers.get(series, 0))
            current, position, thick_ = stood.get(code, ("", 0, 0.0))
            if current:
                thick[current] = thick_
        if not current or (position and thick[current] + mm > limit):
            numbers[series] = numbers.get(series, 0) + 1
            code = _code(series, mark, numbers[series])
            current, position = f"{SYSTEM}:{code}", 0
            made[current] = code
            thick[current] = 0.0
        position += 1
        thick[current] += mm
        boxes.append(current)
        positions.append(position)
    capacity = {id_: _thickness(house, mm) if kind == PHYSICAL else None for id_, mm in thick.items()}
    placed = pd.DataFrame({"volume_id": wanted["volume_id"].to_numpy(), "box_id": boxes, "position": positions})
    new = pd.DataFrame(
        {"id": list(made), "code": list(made.values()), "kind": kind, "capacity": [capacity[id_] for id_ in made]},
        columns=["id", "code", "kind", "capacity"],
    )
    old = {id_: mm for id_, mm in capacity.items() if id_ not in made and mm is not None}
    grown = pd.DataFrame({"id": list(old), "capacity": list(old.values())}, columns=["id", "capacity"])
    return Boxes(placed, new, grown)


def _code(series: str, mark: str, number: int) -> str:
    return f"{series}-{mark}{number:04d}"


def _thickness(house: Arrangement, mm: float) -> int:
    """The thinnest box that holds so much, or the thickest there is."""
    return next((size for size in house.box_mm if size >= mm), house.box_mm[-1])


def _contents(store: Store, load: int, house: Arrangement, codes: list[str]) -> dict[str, tuple[str, int, float]]:
    """Id, last place and thickness (mm) of what is in boxes that stand, by their code."""
    if not codes:
        return {}
    found = store.table("filing/box_contents", _CONTENTS, codes=codes, load=load).to_pylist()
    return {
        row["code"]: (
            row["box_id"],
            row["last_position"] or 0,
            (row["paper_pages"] + row["paper_unknown"] * house.pages_if_unknown) * house.mm_per_page,
        )
        for row in found
    }


def unshelved(store: Store, load: int) -> pd.DataFrame:
    """The boxes that stand on no shelf: id, code, kind."""
    read: pd.DataFrame = store.table("filing/unshelved", _UNSHELVED, load=load).to_pandas()
    return read.rename(columns={"box_id": "id"})


def onto_shelves(store: Store, load: int, house: Arrangement, boxes: pd.DataFrame) -> Shelves:
    """Gives boxes (id, code, kind) the next free places on the shelves of the house, in the order of their codes."""
    shelves = shelves_of(store, load)
    rooms, made = _missing(house, shelves)
    of_house = [f"{SYSTEM}:{room.code}" for room in house.rooms]
    new = made.merge(rooms[["id", "kind"]].rename(columns={"id": "room_id"}), on="room_id", how="left")
    kinds = {f"{SYSTEM}:{room.code}": room.kind for room in house.rooms}
    every = pd.concat(
        [
            shelves[["shelf_id", "room_id", "room_position", "capacity", "boxes", "last_position"]],
            new.rename(columns={"id": "shelf_id", "position": "room_position"})[
                ["shelf_id", "room_id", "room_position", "capacity"]
            ].assign(boxes=0, last_position=0),
        ],
        ignore_index=True,
    )
    every = every[every["room_id"].isin(of_house)]
    every = every.assign(kind=every["room_id"].map(kinds), nth=every["room_id"].map(of_house.index))
    every = every.sort_values(["nth", "room_position", "shelf_id"])
    parts = [_shelved(boxes[boxes["kind"] == kind], every[every["kind"] == kind]) for kind in (PHYSICAL, VIRTUAL)]
    placed = pd.concat([one for one, _ in parts], ignore_index=True)
    return Shelves(placed, made, rooms, [id_ for _, left in parts for id_ in left])


def shelves_of(store: Store, load: int) -> pd.DataFrame:
    """All shelves with their rooms, and how many boxes stand on them."""
    read: pd.DataFrame = store.table("storeroom/shelves", _SHELVES, load=load).to_pandas()
    return read


def _missing(house: Arrangement, shelves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rooms and shelves of the house that the archive does not have yet."""
    stood = set(shelves["shelf_id"])
    known = set(shelves["room_id"].dropna())
    rooms, made = [], []
    for room in house.rooms:
        room_id = f"{SYSTEM}:{room.code}"
        if room_id not in known:
            rooms.append((room_id, room.code, room.kind, room.shelves))
        for n in range(1, (room.shelves or 1) + 1):
            code = f"{room.code}-{n:03d}"
            if f"{SYSTEM}:{code}" not in stood:
                made.append((f"{SYSTEM}:{code}", code, room_id, n, room.boxes_per_shelf))
    return (
        pd.DataFrame(rooms, columns=["id", "code", "kind", "capacity"]),
        pd.DataFrame(made, columns=["id", "code", "room_id", "position", "capacity"]),
    )


def _shelved(boxes: pd.DataFrame, shelves: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The free places in the order of the shelves, from the first after which no place is taken."""
    boxes = boxes.sort_values(["code", "id"])
    free = (shelves["capacity"].astype("float") - shelves["boxes"]).fillna(len(boxes)).clip(lower=0).astype(int)
    taken = np.flatnonzero(shelves["boxes"].to_numpy() > 0)
    first = int(taken[-1]) if len(taken) else 0
    # Shelves before the last used one are filled when those after it are full.
    order = [*range(first, len(shelves)), *range(first)]
    counts = free.to_numpy()[order]
    at = np.repeat(order, np.minimum(counts, len(boxes)))[: len(boxes)]
    nth = np.arange(len(at))
    start = np.concatenate([[0], np.cumsum(np.minimum(counts, len(boxes)))])
    within = nth - start[np.searchsorted(start, nth, side="right") - 1]
    last = shelves["last_position"].fillna(0).astype(int).to_numpy()[at]
    placed = pd.DataFrame(
        {
            "box_id": boxes["id"].to_numpy()[: len(at)],
            "shelf_id": shelves["shelf_id"].to_numpy()[at],
            "position": last + within + 1,
        }
    )
    return placed, boxes["id"].tolist()[len(at) :]
