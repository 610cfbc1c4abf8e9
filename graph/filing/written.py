"""Places as records: what filing decided, as one decision and the links that it made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import canonical
from graph.clock import now_ms
from graph.days import CHINA_OFFSET, day_of, day_text
from graph.decision_kinds import FILING, decision_id
from graph.filing.boxes import Boxes, Shelves
from graph.filing.volumes import Volumes
from graph.schema import NODE, PLACES
from graph.store import Writer
from graph.upsert import ARROW, amend_nodes, link_table, node_table, salts, upsert_links, upsert_nodes


@dataclass(frozen=True)
class Filing:
    """One filing: what is put where."""

    volumes: Volumes
    boxes: Boxes
    shelves: Shelves

    @property
    def empty(self) -> bool:
        """Whether nothing is put anywhere."""
        return not (len(self.volumes.records) + len(self.boxes.volumes) + len(self.shelves.boxes))

    @property
    def links(self) -> int:
        """How many places it gives."""
        return len(self.volumes.records) + len(self.boxes.volumes) + len(self.shelves.boxes)


def write_filing(writer: Writer, filing: Filing, who: str, why: str, what: dict[str, Any]) -> str:
    """Writes it under a decision of its own, whose id it gives. A load that is taken up again finds its own."""
    decision = decision_id(writer.load)
    for label, table in (
        ("Room", filing.shelves.rooms),
        ("Shelf", filing.shelves.made),
        ("Box", filing.boxes.made),
        ("Volume", filing.volumes.made),
    ):
        _make(writer, label, table)
    grown = filing.boxes.grown
    _grow(writer, grown)
    _about(writer, filing.volumes.made)
    day = day_text(day_of(now_ms(), CHINA_OFFSET))
    for type_, frame, columns in (
        ("FILED_IN", filing.volumes.records, ("material_id", "volume_id")),
        ("IN_BOX", filing.boxes.volumes, ("volume_id", "box_id")),
        ("ON_SHELF", filing.shelves.boxes, ("box_id", "shelf_id")),
        ("IN_ROOM", filing.shelves.made, ("id", "room_id")),
    ):
        from_ids, to_ids = (pa.array(frame[name], pa.string()) for name in columns)
        place(writer, type_, from_ids, to_ids, pa.array(frame["position"], pa.int64()), decision, day)
    _decide(writer, decision, filing, who, why, what)
    return decision


def place(
    writer: Writer, type_: str, from_ids: pa.Array, to_ids: pa.Array, positions: pa.Array, decision: str, day: str
) -> None:
    """Asserts places that a decision gives, from a day (YYYY-MM-DD) on."""
    if not len(from_ids):
        return
    count = len(from_ids)
    table = link_table(
        type_,
        PLACES[type_],
        from_ids,
        to_ids,
        position=positions,
        valid_from=pa.repeat(pa.scalar(day), count),
        decision=pa.repeat(pa.scalar(decision), count),
    )
    stood = writer.links_of(type_, PLACES[type_][0], from_ids)
    own = stood.filter(pc.equal(stood["load"], writer.load))
    if own.num_rows:
        # The load is taken up again, and had come this far.
        made = pc.binary_join_element_wise(own["from_id"], own["to_id"], "\x1f").combine_chunks()
        keys = pc.binary_join_element_wise(table["from_id"], table["to_id"], "\x1f")
        table = table.filter(pc.invert(pc.is_in(keys, value_set=made)))
    writer.new_links(type_, table.append_column("salt", salts(table.num_rows)))


def _make(writer: Writer, label: str, frame: pd.DataFrame) -> None:
    if not len(frame):
        return
    content = {
        p.name: pa.array(frame[p.name], ARROW[p.type], from_pandas=True)
        for p in NODE[label].content
        if p.name in frame.columns
    }
    ids = pa.array(frame["id"], pa.string())
    upsert_nodes(writer, label, node_table(label, ids, pa.nulls(len(frame), pa.int64()), **content), partial=True)


def _grow(writer: Writer, grown: pd.DataFrame) -> None:
    """Boxes that stand get the thickness that they now need; a box that a source named keeps what it said."""
    if not len(grown):
        return
    stored = writer.existing("Box", pa.array(grown["id"], pa.string())).to_pandas().set_index("id")["capacity"]
    wider = grown[grown["capacity"].to_numpy() > stored.reindex(grown["id"]).to_numpy(dtype=float, na_value=np.inf)]
    amend_nodes(writer, "Box", pa.array(wider["id"], pa.string()), capacity=pa.array(wider["capacity"], pa.int64()))


def _about(writer: Writer, made: pd.DataFrame) -> None:
    """Volumes of one person are about that person."""
    of = made[made["person_id"].notna()]
    if not len(of):
        return
    ids = pa.array(of["id"], pa.string())
    table = link_table("ABOUT", ("Volume", "Person"), ids, pa.array(of["person_id"], pa.string()))
    stood = writer.links_of("ABOUT", "Volume", ids)
    table = table.filter(pc.invert(pc.is_in(table["from_id"], value_set=stood["from_id"].combine_chunks())))
    writer.new_links("ABOUT", table.append_column("salt", salts(table.num_rows)))


def _decide(writer: Writer, decision: str, filing: Filing, who: str, why: str, what: dict[str, Any]) -> None:
    id_ = pa.array([decision])
    given = {"kind": FILING, "who": who, "decided_at": now_ms(), "why": why, "what": canonical(what)}
    if begun := writer.existing("Decision", id_).to_pylist():
        # What the ended process had written of it stands: a decision is not changed.
        given = {name: begun[0][name] for name in given}
    types = {"decided_at": pa.int64()}
    content = {name: pa.array([value], types.get(name, pa.string())) for name, value in given.items()}
    written = upsert_nodes(writer, "Decision", node_table("Decision", id_, pa.nulls(1, pa.int64()), **content))
    about = {
        "Volume": _distinct(filing.volumes.records["volume_id"], filing.boxes.volumes["volume_id"]),
        "Box": _distinct(filing.boxes.volumes["box_id"], filing.shelves.boxes["box_id"]),
    }
    tables = [
        link_table("DECIDES", ("Decision", label), pa.repeat(pa.scalar(decision), len(ids)), ids)
        for label, ids in about.items()
    ]
    upsert_links(writer, "DECIDES", "Decision", pa.concat_tables(tables), id_, written)


def _distinct(*columns: Sequence[str]) -> pa.Array:
    return pa.array(sorted({one for column in columns for one in column}), pa.string())
