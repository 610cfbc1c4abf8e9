"""Moving a record, volume, box or shelf by hand: a decision that withdraws its place and gives it another."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from graph.clock import now_ms
from graph.days import CHINA_OFFSET, day_of, day_text
from graph.decision_kinds import MOVE, decision_id
from graph.decisions import Plan
from graph.errors import Ambiguous, NotFound, UsageError
from graph.filing.written import place
from graph.in_force import in_force
from graph.schema import PLACES
from graph.store import Store, Writer
from graph.upsert import withdraw_links

_TYPE = {below: type_ for type_, (below, _) in PLACES.items()}


MovedLabel = Literal["Material", "Volume", "Box", "Shelf"]


class MoveRequest(BaseModel):
    """A record goes into a volume, a volume into a box, a box on a shelf, a shelf into a room; both by id or code.

    It gets the next place there. The 档号 of a record that moves is that of its new place.
    """

    kind: Literal["move"] = MOVE
    who: str
    why: str
    label: MovedLabel
    what: str
    to: str


def move(store: Store, load: int, request: MoveRequest) -> Plan:
    """What the move does. Raises NotFound, Ambiguous, and UsageError where it is there already."""
    type_ = _TYPE[request.label]
    above = PLACES[type_][1]
    id_, to = named(store, load, request.label, request.what), named(store, load, above, request.to)
    there = _standing(store, type_, id_, load)
    kept, left = _apart(store, load, request.label, there, to)
    if any(one == to for one, _ in left):
        raise UsageError(f"{request.label} {id_} is in {above} {to} already.", "Nothing is to be moved.")
    what = {"before": [[one, position] for one, position in left], "to": to, "kept": [one for one, _ in kept]}
    about: dict[str, list[str]] = {request.label: [id_]}
    return Plan(MOVE, about, what, partial(_moved, type_, id_, to, [one for one, _ in left]))


def named(store: Store, load: int, label: str, text: str) -> str:
    """The id of a record that an id or a code names. Raises NotFound, and Ambiguous where several have the code."""
    if in_force(store, {label: [text]}, load)[label]:
        return text
    found = [id_ for of, id_ in store.read("storeroom/coded", text=text, load=load) if of == label]
    if not found:
        raise NotFound(f"There is no {label} '{text}' in load {load}.", "`dossier storeroom --find` looks for it.")
    if len(found) > 1:
        raise Ambiguous(
            "That names {records} records: {ids}.", "Give one of these ids.", records=len(found), ids=", ".join(found)
        )
    (only,) = found
    return str(only)


_BELOW = {
    "FILED_IN": "dossier/filed",
    "IN_BOX": "dossier/boxes",
    "ON_SHELF": "dossier/shelves",
    "IN_ROOM": "dossier/rooms",
}


def _standing(store: Store, type_: str, id_: str, load: int) -> list[tuple[str, int | None]]:
    rows = store.read(_BELOW[type_], ids=[id_], load=load)
    return [(row[3], row[4]) if type_ == "FILED_IN" else (row[2], row[3]) for row in rows]


def _apart(
    store: Store, load: int, label: str, there: list[tuple[str, int | None]], to: str
) -> tuple[list[tuple[str, int | None]], list[tuple[str, int | None]]]:
    """The places that stay and those that are left: a volume that has a physical and a virtual box leaves the one of
    the kind to which it goes."""
    if label != "Volume":
        return [], there
    boxes = in_force(store, {"Box": [*(one for one, _ in there), to]}, load)["Box"]
    kind = boxes[to]["kind"] or "physical"
    same = [one for one in there if (boxes[one[0]]["kind"] or "physical") == kind]
    return [one for one in there if one not in same], same


def _moved(type_: str, id_: str, to: str, left: list[str], writer: Writer) -> None:
    label, above = PLACES[type_]
    stood = writer.links_of(type_, label, pa.array([id_]))
    withdraw_links(writer, type_, stood.filter(pc.is_in(stood["to_id"], value_set=pa.array(left, pa.string()))))
    there = writer.links_to(type_, above, pa.array([to]))
    last = pc.max(there.filter(pc.not_equal(there["from_id"], id_))["position"]).as_py()
    chosen = (last or 0) + 1
    day = day_text(day_of(now_ms(), CHINA_OFFSET))
    ids, places = pa.array([id_]), pa.array([chosen], pa.int64())
    place(writer, type_, ids, pa.array([to]), places, decision_id(writer.load), day)
