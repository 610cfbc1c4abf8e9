"""The storerooms: rooms, shelves and boxes with how full they are, and where a record, volume, box or person is.

docs/storeroom.md says how thickness is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import pandas as pd
from pydantic import BaseModel

from graph import clock
from graph.errors import Ambiguous, DossierError, NotFound
from graph.filing.arrangement import Arrangement, arrangement, record_code
from graph.filing.boxes import shelves_of
from graph.in_force import Record, in_force
from graph.settings import Settings
from graph.store import Row, Store
from graph.subjects import find_subject
from graph.viewer import Viewer

Kind = Literal["physical", "virtual"]
_ABOVE = (
    ("IN_BOX", "Box", "dossier/boxes"),
    ("ON_SHELF", "Shelf", "dossier/shelves"),
    ("IN_ROOM", "Room", "dossier/rooms"),
)
_RECORD_CODE = re.compile(r"(.+)-([0-9]{1,9})")
# What a page counts for where no arrangement says it (mm), and a paper record without pages (pages).
_MM_PER_PAGE, _PAGES = 0.1, 1


class ShelfRow(BaseModel):
    """One shelf; `capacity` in boxes, null where it is not limited."""

    id: str
    code: str | None
    boxes: int
    capacity: int | None


class RoomRow(BaseModel):
    """One room with its shelves; `capacity` is the sum of theirs, null where one is not limited."""

    id: str | None
    code: str | None
    kind: Kind
    boxes: int
    capacity: int | None
    shelves: list[ShelfRow]


class Rooms(BaseModel):
    """All rooms, and the boxes that stand on no shelf."""

    as_of_load: int
    rooms: list[RoomRow]
    unshelved: int


class BoxRow(BaseModel):
    """One box on a shelf. `thickness` is that of its paper in mm, `fill` the share of its capacity; both null in a
    virtual room, `fill` also where the capacity is not known."""

    id: str
    code: str | None
    shelf_id: str
    position: int | None
    capacity: int | None
    volumes: int
    records: int
    thickness: float | None
    fill: float | None


class Boxes(BaseModel):
    """The boxes of a room by shelf and place."""

    as_of_load: int
    room: RoomRow
    boxes: list[BoxRow]


class Position(BaseModel):
    """Where something is, from the record outwards; codes where there are, ids else."""

    label: str
    id: str
    archive_no: str | None
    title: str | None
    volume: str | None
    position: int | None
    box: str | None
    box_id: str | None
    shelf: str | None
    shelf_id: str | None
    room: str | None
    room_id: str | None


class Positions(BaseModel):
    """Every place that was found for a text."""

    as_of_load: int
    items: list[Position]


def rooms(store: Store, viewer: Viewer) -> Rooms:
    """The rooms by code, physical ones first."""
    viewer.require_whole_archive()

    def read(load: int) -> tuple[pd.DataFrame, int]:
        return shelves_of(store, load), len(store.read("filing/unshelved", load=load))

    load = clock.last_done(store)
    if load == 0:
        return Rooms(as_of_load=0, rooms=[], unshelved=0)
    load, (shelves, unshelved) = clock.standing(store, read)
    found = [_room(group) for _, group in shelves.groupby("room_id", dropna=False, sort=False)]
    found.sort(key=lambda room: (room.kind, room.code is None, room.code or "", room.id or ""))
    return Rooms(as_of_load=load, rooms=found, unshelved=unshelved)


def _room(group: pd.DataFrame) -> RoomRow:
    ordered = group.sort_values(["room_position", "shelf_code", "shelf_id"])
    shelves = [
        ShelfRow(id=id_, code=_text(code), boxes=int(boxes), capacity=_number(capacity))
        for id_, code, boxes, capacity in ordered[["shelf_id", "shelf_code", "boxes", "capacity"]].itertuples(
            index=False, name=None
        )
    ]
    capacities = [one.capacity for one in shelves]
    known = [one for one in capacities if one is not None]
    first = group.iloc[0]
    return RoomRow(
        id=_text(first["room_id"]),
        code=_text(first["room_code"]),
        kind="virtual" if first["kind"] == "virtual" else "physical",
        boxes=sum(one.boxes for one in shelves),
        capacity=sum(known) if len(known) == len(capacities) else None,
        shelves=shelves,
    )


def boxes_of_room(store: Store, settings: Settings, viewer: Viewer, room: str) -> Boxes:
    """The boxes of a room, by id or code. Raises NotFound where there is no such room."""
    held = rooms(store, viewer)
    found = [one for one in held.rooms if room in (one.id, one.code)]
    if not found:
        raise NotFound("There is no room '{room}'.", "`dossier storeroom` lists them.", room=room)
    house = arrangement(settings)
    ids = [shelf.id for shelf in found[0].shelves]
    rows = store.read("storeroom/boxes", ids=ids, load=held.as_of_load)
    places = {id_: place for place, id_ in enumerate(ids)}
    rows.sort(key=lambda row: places[row[0]])
    return Boxes(as_of_load=held.as_of_load, room=found[0], boxes=[_box(row, house) for row in rows])


def _box(row: Row, house: Arrangement | None) -> BoxRow:
    shelf_id, place, id_, code, kind, capacity, volumes, records, pages, unknown = row
    thickness = None if kind == "virtual" else thickness_mm(house, pages, unknown)
    fill = None if thickness is None or not capacity else round(thickness / capacity, 3)
    return BoxRow(
        id=id_, code=code, shelf_id=shelf_id, position=place, capacity=capacity, volumes=volumes, records=records,
        thickness=thickness, fill=fill,
    )  # fmt: skip


def thickness_mm(house: Arrangement | None, pages: int, unknown: int) -> float:
    """How thick paper is of so many pages, and of so many records that state none (mm)."""
    each, lacking = (house.mm_per_page, house.pages_if_unknown) if house else (_MM_PER_PAGE, _PAGES)
    return round((pages + unknown * lacking) * each, 1)


def find_places(store: Store, viewer: Viewer, text: str, *, limit: int = 100) -> Positions:
    """Where something is: by the id or 档号 of a record, the code of a volume, box, shelf or room, or a person's id,
    number or name.

    Raises NotFound where nothing is called so, and Ambiguous where several persons are.
    """
    viewer.require_whole_archive()
    load = clock.last_done(store)
    wanted = text.strip()
    found = list(_coded(store, wanted, load)) if load and wanted else []
    if not found and load and wanted:
        found = list(_of_person(store, wanted, load))
    if not found:
        raise NotFound(
            "Nothing is called '{text}'.",
            "Give a 档号, the code of a volume, box, shelf or room, or a person.",
            text=wanted,
        )
    return Positions(as_of_load=load, items=places_of(store, found[:limit], load))


def _coded(store: Store, text: str, load: int) -> Iterator[tuple[str, str]]:
    """Label and id of what has a code or id, and of the record at a place of a volume."""
    yield from (tuple(row) for row in store.read("storeroom/coded", text=text, load=load))
    for label in ("Material", "Volume", "Box", "Shelf", "Room"):
        if in_force(store, {label: [text]}, load)[label]:
            yield label, text
    split = _RECORD_CODE.fullmatch(text)
    if split is None:
        return
    volumes = [id_ for label, id_ in store.read("storeroom/coded", text=split[1], load=load) if label == "Volume"]
    rows = store.read("storeroom/contents", ids=volumes, load=load) if volumes else []
    there = [id_ for _, position, id_ in rows if position == int(split[2])]
    # A record with a 档号 of its own is not called by its place.
    held = in_force(store, {"Material": there}, load)["Material"]
    yield from (("Material", id_) for id_ in there if id_ in held and held[id_]["archive_no"] is None)


def _of_person(store: Store, text: str, load: int) -> Iterator[tuple[str, str]]:
    """The volumes and records that are about a person or organisation."""
    try:
        subject = find_subject(store, text, load)
    except Ambiguous:
        raise
    except DossierError:
        return
    for _, label, id_, *_ in store.read("dossier/about", ids=list(subject.ids), load=load):
        if label in ("Volume", "Material"):
            yield label, id_


def places_of(store: Store, found: Sequence[tuple[str, str]], load: int) -> list[Position]:
    """Every place of some records, volumes, boxes, shelves or rooms."""
    up: dict[tuple[str, str], list[tuple[str, int | None]]] = {}
    level = {
        label: [id_ for of, id_ in found if of == label] for label in ("Material", "Volume", "Box", "Shelf", "Room")
    }
    for row in store.read("dossier/filed", ids=level["Material"], load=load) if level["Material"] else ():
        up.setdefault(("Material", row[1]), []).append((row[3], row[4]))
        level["Volume"].append(row[3])
    for (_, label, name), below in zip(_ABOVE, ("Volume", "Box", "Shelf"), strict=True):
        for row in store.read(name, ids=sorted(set(level[below])), load=load) if level[below] else ():
            up.setdefault((below, row[0]), []).append((row[2], row[3]))
            level[label].append(row[2])
    wanted = {label: sorted(set(ids)) for label, ids in level.items()}
    held = in_force(store, wanted, load)
    return [one for label, id_ in dict.fromkeys(found) for one in _positions(label, id_, up, held)]


_LEVELS = ("Material", "Volume", "Box", "Shelf", "Room")


def _positions(
    label: str, id_: str, up: dict[tuple[str, str], list[tuple[str, int | None]]], held: dict[str, dict[str, Record]]
) -> Iterator[Position]:
    """One for each way outwards; paper is not in a virtual room, nor is an electronic record in a physical one."""
    record = held[label].get(id_)
    for way in _ways(label, id_, up):
        at = dict(way)
        room = held["Room"].get(at.get("Room", ("", None))[0])
        if label == "Material" and room is not None and _elsewhere(record, room, way, up, held):
            continue
        codes = {name.lower(): _code(held, name, one) for name, (one, _) in at.items()}
        volume, place = codes.get("volume"), up_position(label, at)
        own = record["archive_no"] if label == "Material" and record else None
        made = record_code(volume, place) if label == "Material" and volume and place is not None else None
        yield Position(
            label=label,
            id=id_,
            archive_no=own or made or (volume if label == "Volume" else None),
            title=record["title"] if label == "Material" and record else None,
            volume=volume,
            position=place if label == "Material" else None,
            box=codes.get("box"),
            box_id=at["Box"][0] if "Box" in at else None,
            shelf=codes.get("shelf"),
            shelf_id=at["Shelf"][0] if "Shelf" in at else None,
            room=codes.get("room"),
            room_id=at["Room"][0] if "Room" in at else None,
        )


def up_position(label: str, at: dict[str, tuple[str, int | None]]) -> int | None:
    """The place of a record in its volume."""
    return at["Volume"][1] if label == "Material" and "Volume" in at else None


def _ways(
    label: str, id_: str, up: dict[tuple[str, str], list[tuple[str, int | None]]], position: int | None = None
) -> Iterator[list[tuple[str, tuple[str, int | None]]]]:
    """Each way outwards from a record, itself first: label, id, and the place that the level below has in it."""
    here = (label, (id_, position))
    further = up.get((label, id_), [])
    if not further or label == "Room":
        yield [here]
        return
    above = _LEVELS[_LEVELS.index(label) + 1]
    for other, place in further:
        for rest in _ways(above, other, up, place):
            yield [here, *rest]


def _elsewhere(
    record: Record | None,
    room: Record,
    way: list[tuple[str, tuple[str, int | None]]],
    up: dict[tuple[str, str], list[tuple[str, int | None]]],
    held: dict[str, dict[str, Record]],
) -> bool:
    """Whether a volume has boxes of both kinds, and this way leads to the one that is not the record's."""
    volume = dict(way)["Volume"][0]
    kinds = {
        held["Box"][box]["kind"] or "physical" for box, _ in up.get(("Volume", volume), ()) if box in held["Box"]
    }
    if record is None or kinds != {"physical", "virtual"}:
        return False
    electronic = record["medium"] == "electronic" or record["form"] == "e-licence"
    return bool(electronic != (room["kind"] == "virtual"))


def _code(held: dict[str, dict[str, Record]], label: str, id_: str) -> str:
    record = held[label].get(id_)
    return (record.get("code") if record else None) or id_


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]
