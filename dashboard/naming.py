"""What pages call service items, persons and records."""

from __future__ import annotations

from dashboard.texts import Texts
from graph.dossier_materials import Place
from graph.items import KnownItems


def item_name(known: KnownItems, text: str | None, say: Texts) -> str:
    """The name of the item that a case names; what the case says where no standard names it."""
    item = known.item_of(text)
    name = known.items[item]["name"] if item is not None and item in known.items else None
    return name or text or say("item.none")


def item_names(known: KnownItems) -> dict[str, str]:
    """The names of all items by id."""
    return {id_: item["name"] or id_ for id_, item in sorted(known.items.items())}


def place_text(place: Place) -> str:
    """A place from the room inwards, with the number of the record in its volume."""
    codes = [place.room, place.shelf, place.box, place.volume]
    number = [f"№ {place.position}"] if place.position is not None else []
    return " / ".join([code for code in codes if code] + number)
