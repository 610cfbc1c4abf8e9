"""Erasure by order: what records say is gone from the graph, its Versions and files; that they were there stays.

docs/erasure.md says what goes, what stays, and what has to be done on a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel

from graph.decision_kinds import ERASURE, decision_id
from graph.decisions import Decided, Plan, decided
from graph.derive import derive
from graph.derive_records import derive_types_of
from graph.erased_files import ErasedFile, delete_files
from graph.errors import NotFound, UsageError
from graph.in_force import Record
from graph.order import PLACED
from graph.settings import Settings
from graph.store import Store, Writer
from graph.touched import Touched, Written

LABELS = ("Person", "Organisation", "Material", "Event", "Fact", "File")
Label = Literal["Person", "Organisation", "Material", "Event", "Fact", "File"]


class ErasureRequest(BaseModel):
    """What a record says is to be erased.

    With a person or organisation go the facts about it (a person is whoever decisions have found to be the same
    one), with a material or event what it alone states and the files that it alone has.
    """

    kind: Literal["erasure"] = ERASURE
    who: str
    why: str
    label: Label
    id: str


@dataclass
class _Erased:
    """Ids by label of what is erased; `stating` are facts that stay, though a record that states them goes."""

    ids: dict[str, list[str]]
    stating: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def erase(store: Store, settings: Settings, request: ErasureRequest, load: int, folder: Path | None) -> Decided:
    """Erases, as a decision of its own, and clears an embedded store's file of it. `load` is the last done one.

    Files are deleted only within `folder`. Raises NotFound for a record that is not there, UsageError for one that is
    erased already, StoreError where the file of the store could not be rewritten: then that is done when it is next
    opened.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", "Name the folder in which the files of the records lie.")
    _require_present(store, request, load)
    found = _found(store, request, load)
    files = [ErasedFile(r["uri"], r["sha256"]) for r in store.contents("File", found.ids.get("File", [])) if r["uri"]]
    deleted: list[str] = []
    by_hand: list[str] = []

    def act(writer: Writer) -> None:
        # Before the graph forgets where they are.
        for one, gone in delete_files(files, folder):
            (deleted if gone else by_hand).append(one)
        _empty(writer, store, found)

    plan = Plan(ERASURE, found.ids, {"before": None, "named": [request.label, request.id]}, act)
    row = decided(store, settings, plan, request.who, request.why, load)
    if not store.clear_erased():
        found.remarks.append(
            "No query reaches what was erased. The pages of the database and its transaction logs still hold it "
            "until they are cleared: docs/erasure.md says how."
        )
    return Decided(decision=row, files_deleted=deleted, files_by_hand=by_hand, remarks=found.remarks)


def _require_present(store: Store, request: ErasureRequest, load: int) -> None:
    records: list[Record] = [r for r in store.contents(request.label, [request.id]) if r["load"] <= load]
    if not records:
        raise NotFound(f"There is no {request.label} {request.id} in load {load}.", "Give its id.")
    erased = records[0]["erased"]
    # One that an open load has erased is finished by that load.
    if erased is not None and erased <= load:
        raise UsageError(f"{request.label} {request.id} is erased already, by {decision_id(erased)}.")


def _found(store: Store, request: ErasureRequest, load: int) -> _Erased:
    if request.label in ("Person", "Organisation"):
        return _about(store, request, load)
    found = _Erased({request.label: [request.id]})
    if request.label in ("Material", "Event"):
        for label, id_, shared in store.read("decisions/parts", ids=[request.id], label=request.label):
            if not shared:
                found.ids.setdefault(label, []).append(id_)
                continue
            found.remarks.append(f"The {label} {id_} is also of another record, and stays.")
            if label == "Fact":
                found.stating.append(id_)
    return found


def _about(store: Store, request: ErasureRequest, load: int) -> _Erased:
    ids = [request.id]
    if request.label == "Person":
        ids = _one_person(store, request.id, load)
    facts = [row[0] for row in store.read("decisions/facts", ids=ids, label=request.label)]
    found = _Erased({request.label: ids, "Fact": facts})
    about = {row[2] for row in store.read("dossier/about", ids=ids, load=load) if row[1] == "Material"}
    if about:
        listed = ", ".join(sorted(about)[:10]) + (", …" if len(about) > 10 else "")
        found.remarks.append(
            f"Records about the {request.label.lower()} keep what they say themselves ({len(about)}: {listed}). "
            "Erase those whose title or attributes name somebody, each by an order of its own."
        )
    return found


def _one_person(store: Store, id_: str, load: int) -> list[str]:
    """Everybody whom decisions have found to be that person."""
    ids, fresh = {id_}, [id_]
    while fresh:
        pairs = store.read("dossier/same_as", ids=fresh, load=load)
        fresh = sorted({end for pair in pairs for end in pair} - ids)
        ids.update(fresh)
    return sorted(ids)


def _empty(writer: Writer, store: Store, found: _Erased) -> None:
    """Erases, and derives again what followed from what is gone."""
    touched = _touched(writer, found)
    store.expect_erasure()
    for label, ids in found.ids.items():
        for portion in _portions(ids):
            writer.erase_contents(label, portion)
    derive(writer, touched, Written({}), PLACED.empty_table())
    if "Material" in found.ids:
        derive_types_of(writer, pa.array(found.ids["Material"]))


def _portions(ids: list[str]) -> Iterator[pa.Array]:
    for start in range(0, len(ids), 10_000):
        yield pa.array(ids[start : start + 10_000], pa.string())


def _touched(writer: Writer, found: _Erased) -> Touched:
    touched = Touched()
    for label in ("Person", "Organisation"):
        touched.add(label, pa.array(found.ids.get(label, []), pa.string()))
    facts = pa.array([*found.ids.get("Fact", []), *found.stating], pa.string())
    if len(facts):
        touched.add_ends(writer.links_of("ABOUT", "Fact", facts))
    if "Event" in found.ids:
        placed = writer.links_of("IN_CASE", "Event", pa.array(found.ids["Event"]))
        touched.add("Case", placed["to_id"])
    return touched
