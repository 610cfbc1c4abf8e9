"""Small graphs made by hand: each call is one load, written as any load is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from graph.clock import SourceOfLoad, loading, now_ms
from graph.schema import NODE, RELATIONSHIP
from graph.settings import Settings
from graph.store import Store
from graph.upsert import ARROW, link_table, node_table, salts, upsert_links, upsert_nodes

Records = Mapping[str, Sequence[Mapping[str, Any]]]
LinkRow = tuple[str, str, str, str, Mapping[str, Any]]


def link(from_: str, to: str, **properties: Any) -> LinkRow:
    """A link between two records, each written 'Label id'."""
    from_label, _, from_id = from_.partition(" ")
    to_label, _, to_id = to.partition(" ")
    return from_label, from_id, to_label, to_id, properties


def write(
    store: Store,
    settings: Settings,
    nodes: Records,
    links: Mapping[str, Sequence[LinkRow]] | None = None,
    *,
    system: str = "hand",
) -> int:
    """One load that states these records and links; the row of a record is its place among all. Gives its number."""
    store.prepare()
    written, row = {}, 0
    with loading(store, settings, SourceOfLoad(f"{system}.csv", system, "", "hand", "", "append", None)) as opened:
        load, writer = opened
        for label, records in nodes.items():
            table = _nodes(label, records, row)
            row += len(records)
            written[label] = (table, upsert_nodes(writer, label, table))
        for type_, given in (links or {}).items():
            declared = RELATIONSHIP[type_]
            if declared.kind == "derived":
                for _, table in _links(type_, given, 0):
                    writer.new_links(type_, table)
                continue
            for owner, table in _links(type_, given, 0 if declared.stated_by == "from" else 2):
                if owner in written:
                    owners, upserted = written[owner]
                    upsert_links(writer, type_, owner, table, owners["id"].combine_chunks(), upserted)
                else:
                    writer.new_links(type_, table.append_column("salt", salts(table.num_rows)))
        counts = dict.fromkeys(("loaded", "unchanged", "quarantined", "withdrawn"), 0)
        writer.commit({**counts, "rows_in": row, "now": now_ms()})
    return load.number


def _nodes(label: str, records: Sequence[Mapping[str, Any]], before: int) -> pa.Table:
    content = {
        p.name: pa.array([r.get(p.name) for r in records], ARROW[p.type])
        for p in NODE[label].content
        if any(p.name in r for r in records)
    }
    ids = pa.array([r["id"] for r in records], pa.string())
    return node_table(label, ids, pa.array(range(before + 1, before + 1 + len(records)), pa.int64()), **content)


def _links(type_: str, given: Sequence[LinkRow], owner: int) -> list[tuple[str, pa.Table]]:
    """The links by the label of one end; the place of that end in a LinkRow is `owner`."""
    tables = []
    for label in sorted({one[owner] for one in given}):
        rows = [one for one in given if one[owner] == label]
        properties = {
            p.name: pa.array([r[4].get(p.name) for r in rows], ARROW[p.type]) for p in RELATIONSHIP[type_].properties
        }
        from_ids, to_ids = (pa.array([r[i] for r in rows], pa.string()) for i in (1, 3))
        table = link_table(type_, ("", ""), from_ids, to_ids, **properties)
        for place in (0, 2):
            labels = pa.array([r[place] for r in rows], pa.string())
            table = table.set_column(place, table.column_names[place], labels)
        tables.append((label, table))
    return tables
