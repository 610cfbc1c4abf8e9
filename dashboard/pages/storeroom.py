"""The storerooms: how full rooms, shelves and boxes are, where something is, and what is still to be done."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.figures.storeroom import SHELVES, room_figure
from dashboard.filters import choice_filter, switch_filter, text_filter
from dashboard.forms import count
from dashboard.graphs import graph
from dashboard.page import Asked
from dashboard.pages import storeroom_tables as tables
from dashboard.shell import card, figures, heading
from dashboard.states import failed, note, nothing
from dashboard.table import Column, Row, table
from graph.errors import NotFound
from graph.storeroom import Position, Rooms, boxes_of_room, find_places, rooms

VIEWS = ("rooms", "work", "differences", "retention", "readiness")


def content(asked: Asked) -> Component:
    """The page."""
    say, address = asked.say, asked.address
    head = heading(say("nav.storeroom"), say("storeroom.below"))
    held = rooms(asked.store, asked.viewer) if asked.store.exists() else None
    if held is None or not held.as_of_load:
        return dmc.Stack([head, nothing(say("empty.archive"), say("empty.archive.remedy"))])
    names = {view: say(f"storeroom.view.{view}") for view in VIEWS}
    controls = dmc.Paper(
        dmc.Group(
            [
                text_filter(address, "find", say("storeroom.find"), say("storeroom.find.what"), width=360),
                switch_filter(address, "view", names, "rooms"),
            ],
            align="flex-end",
            justify="space-between",
        ),
        withBorder=True,
        p="md",
    )
    view = address.one("view")
    draw = {
        "work": tables.work,
        "differences": tables.reconciled,
        "retention": tables.retained,
        "readiness": tables.single_set,
    }.get(view or "")
    shown = draw(asked) if draw else _rooms(asked, held)
    return dmc.Stack([head, controls, *_found(asked), *shown])


def _found(asked: Asked) -> list[Component]:
    """Where what was looked for is."""
    text = asked.address.one("find")
    if not text:
        return []
    say = asked.say
    try:
        answer = find_places(asked.store, asked.viewer, text)
    except NotFound as error:
        return [failed(error, say)]
    columns = (
        Column("archive_no", say("material.archive_no"), flex=2, wrap=True),
        Column("title", say("material.title"), flex=2, wrap=True, optional=True, personal=True),
        Column("volume", say("storeroom.volume"), flex=2, wrap=True, optional=True),
        Column("position", say("storeroom.place"), "number", width=80, optional=True),
        Column("box", say("storeroom.box"), flex=2, wrap=True, optional=True),
        Column("shelf", say("storeroom.shelf"), width=130, optional=True),
        Column("room", say("storeroom.room"), width=130, link=True, optional=True),
    )
    rows = [_place(asked, one) for one in answer.items]
    return [card(say("storeroom.found"), table("places", columns, rows, asked.address, say, empty=text))]


def _place(asked: Asked, one: Position) -> Row:
    row: Row = {
        "archive_no": one.archive_no or one.id,
        "title": one.title,
        "volume": one.volume,
        "position": one.position,
        "box": one.box,
        "shelf": one.shelf,
        "room": one.room,
    }
    if one.room_id:
        row["room_href"] = asked.address.to("/storeroom", room=one.room_id)
    return row


def _rooms(asked: Asked, held: Rooms) -> list[Component]:
    say, address = asked.say, asked.address
    if not held.rooms:
        return [nothing(say("storeroom.empty"), say("storeroom.empty.remedy"))]
    shelves = sum(len(room.shelves) for room in held.rooms)
    boxes = sum(room.boxes for room in held.rooms)
    numbers = figures(
        (say("storeroom.rooms"), count(len(held.rooms)), say("storeroom.rooms.what")),
        (say("storeroom.shelves"), count(shelves), ""),
        (say("storeroom.boxes"), count(boxes), say("storeroom.boxes.what")),
        (say("storeroom.unshelved"), count(held.unshelved), say("storeroom.unshelved.what")),
    )
    chosen = address.one("room") or held.rooms[0].id or held.rooms[0].code or ""
    names = {room.id or "": f"{room.code or room.id} · {say(f'storeroom.{room.kind}')}" for room in held.rooms}
    choice = choice_filter(address, "room", say("storeroom.room"), names, searchable=True, width=280)
    return [numbers, _bars(asked, held), dmc.Paper(choice, withBorder=True, p="md"), *_room(asked, chosen)]


def _bars(asked: Asked, held: Rooms) -> Component:
    """How full each room is."""
    say = asked.say
    rows: list[Component] = []
    for room in held.rooms:
        if room.capacity is None:
            full, part = say("storeroom.unlimited", boxes=count(room.boxes)), 0.0
        else:
            full = say("storeroom.of", boxes=count(room.boxes), capacity=count(room.capacity))
            part = 100 * room.boxes / room.capacity if room.capacity else 0.0
        rows.append(
            dmc.Group(
                [
                    dmc.Anchor(room.code or room.id or "—", href=asked.address.to("/storeroom", room=room.id), w=160),
                    dmc.Progress(value=min(100.0, part), color="orange" if part > 95 else "blue", flex=1, size="lg"),
                    dmc.Text(full, size="sm", c="dimmed", w=200),
                ],
                wrap="nowrap",
            )
        )
    return card(say("storeroom.rooms"), dmc.Stack(rows, gap="xs"))


def _room(asked: Asked, room: str) -> list[Component]:
    """The shelves of a room with their boxes, SHELVES at a time."""
    say = asked.say
    try:
        held = boxes_of_room(asked.store, asked.settings, asked.viewer, room)
    except NotFound as error:
        return [failed(error, say)]
    first = asked.number("from_shelf", 0)
    drawn: Component = graph("room", room_figure(held, say, first), say("storeroom.drawn"), least=600)
    parts: list[Component] = [drawn]
    if len(held.room.shelves) > SHELVES:
        last = min(len(held.room.shelves), first + SHELVES)
        parts.append(note(say("storeroom.part", first=first + 1, last=last, all=count(len(held.room.shelves)))))
        if last < len(held.room.shelves):
            following = asked.address.to("/storeroom", room=room, from_shelf=str(last))
            parts.append(dmc.Anchor(say("storeroom.next"), href=following))
    columns = (
        Column("shelf", say("storeroom.shelf"), width=130),
        Column("position", say("storeroom.place"), "number", width=80),
        Column("code", say("storeroom.box"), flex=2, wrap=True),
        Column("volumes", say("storeroom.volume"), "number", width=90),
        Column("records", say("label.Material"), "number", width=90),
        Column("thickness", say("storeroom.thickness"), "number", width=110, optional=True),
        Column("capacity", say("storeroom.capacity"), "number", width=110, optional=True),
    )
    names = {shelf.id: shelf.code or shelf.id for shelf in held.room.shelves}
    rows: list[Row] = [
        {
            "shelf": names[box.shelf_id],
            "position": box.position,
            "code": box.code or box.id,
            "volumes": box.volumes,
            "records": box.records,
            "thickness": box.thickness,
            "thickness_text": "" if box.thickness is None else f"{box.thickness:g}",
            "capacity": box.capacity,
        }
        for box in held.boxes
    ]
    listed = table("boxes", columns, rows, asked.address, say, empty=say("storeroom.no_boxes"))
    title = held.room.code or room
    return [card(title, *parts, below=say("storeroom.drawn.below")), card(say("storeroom.boxes"), listed)]
