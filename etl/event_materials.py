"""Records (件) that the events of a log received, used, produced or touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.event_rows import EventRows
from etl.mapped_rows import objects
from etl.mapping import Constant, MaterialColumns, ResolvedMapping
from etl.material_words import FORMS, MEDIA
from etl.statements import Links
from graph.canonical import canonical
from graph.identifiers import keyed_text, natural_ids
from graph.schema import NODE
from graph.upsert import ARROW, link_table, node_table

LINK = {"received": "RECEIVED", "used": "USED", "produced": "PRODUCED", "touched": "TOUCHED"}
_PROPERTIES = {p.name: ARROW[p.type] for p in NODE["Material"].content if p.name != "attributes"}


@dataclass(frozen=True)
class EventMaterials:
    """Material records, the links of events to them, and what the mapping could not place, in sentences."""

    nodes: pa.Table
    links: tuple[Links, ...]
    remarks: tuple[str, ...]


def event_materials(rows: EventRows, mapping: ResolvedMapping, system: str, key: bytes) -> EventMaterials:
    """The records that the mapping names; each property is what the latest row says of it."""
    parts, remarks = [], []
    for columns in mapping.materials:
        cells, uneven = _cells(rows, columns)
        parts.append(_identified(cells, columns, system, key))
        if uneven:
            remarks.append(
                f"In {len(uneven)} rows the lists of materials are not equally long (first: row {uneven[0]}); "
                "what is missing in a list was left open."
            )
    links = []
    for type_ in LINK.values():
        of_type = [_links(type_, p) for p, g in zip(parts, mapping.materials, strict=True) if LINK[g.link] == type_]
        none = pa.array([], pa.string())
        table = pa.concat_tables([link_table(type_, ("Event", "Material"), none, none), *of_type])
        once = table.group_by(table.column_names, use_threads=False).aggregate([]).select(table.column_names)
        links.append(Links(type_, "Event", once))
    return EventMaterials(_records(parts), tuple(links), tuple(remarks))


def _given(rows: EventRows, column: str | Constant) -> pa.Array:
    if isinstance(column, Constant):
        return pa.repeat(pa.scalar(column.constant, pa.string()), len(rows.ids))
    return rows.mapped.named[column]


def _cells(rows: EventRows, columns: MaterialColumns) -> tuple[pa.Table, list[int]]:
    """One row for each material: `place` of its event row, and the text of each given property; and the
    numbers of the rows whose lists are not equally long."""
    given = columns.given()
    texts = {name: _given(rows, column) for name, column in given.items()}
    said = pc.or_kleene(*(_said(texts, n) for n in ("key", "title"))) if len(texts) else pa.array([], pa.bool_())
    place = np.flatnonzero(said.to_numpy(zero_copy_only=False))
    chosen = {name: values.take(pa.array(place)) for name, values in texts.items()}
    if columns.separator is None:
        return pa.table({"place": place, **chosen, **_of_rows(rows, place)}), []
    lists = {n: pc.split_pattern(v, columns.separator) for n, v in chosen.items() if isinstance(given[n], str)}
    lengths = {n: pc.fill_null(pc.list_value_length(v), 0).to_numpy(zero_copy_only=False) for n, v in lists.items()}
    count = np.maximum.reduce(list(lengths.values()))
    repeated = np.repeat(np.arange(len(place)), count)
    within = np.arange(len(repeated)) - np.repeat(np.cumsum(count) - count, count)
    cells = {}
    for name, values in chosen.items():
        if name in lists:
            cells[name] = _elements(lists[name], lengths[name], repeated, within)
        else:
            cells[name] = values.take(pa.array(repeated))
    uneven = np.flatnonzero(np.any([(n != count) & (n > 0) for n in lengths.values()], axis=0))
    table = pa.table({"place": place[repeated], **cells, **_of_rows(rows, place[repeated])})
    table = table.filter(pc.or_kleene(*(_said(cells, n) for n in ("key", "title"))))
    return table, [int(r) for r in rows.row.to_numpy()[place[uneven]]]


def _said(texts: dict[str, pa.Array], name: str) -> pa.Array:
    count = len(next(iter(texts.values())))
    return texts[name].is_valid() if name in texts else pa.array(np.zeros(count, bool))


def _of_rows(rows: EventRows, place: np.ndarray) -> dict[str, pa.Array]:
    order = np.empty(len(rows.ids), np.int64)
    order[rows.order] = np.arange(len(rows.ids))
    at = pa.array(place)
    return {"event_id": rows.ids.take(at), "row": rows.row.take(at), "order": pa.array(order[place])}


def _elements(lists: pa.Array, lengths: np.ndarray, of_list: np.ndarray, place: np.ndarray) -> pa.Array:
    """The `place`-th text of each list, blanks at its ends cut; null beyond its end and for nothing."""
    starts = np.cumsum(lengths) - lengths
    there = place < lengths[of_list]
    index = pa.array(np.where(there, starts[of_list] + place, 0), mask=~there)
    texts = pc.utf8_trim_whitespace(lists.flatten().take(index))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _identified(cells: pa.Table, columns: MaterialColumns, system: str, key: bytes) -> pa.Table:
    nothing = pa.nulls(cells.num_rows, pa.string())
    naturals = cells["key"].to_pylist() if columns.key else nothing.to_pylist()
    titles = cells["title"].to_pylist() if columns.title else nothing.to_pylist()
    seen: dict[tuple[str, str], int] = {}
    ids = []
    for natural, title, event in zip(naturals, titles, cells["event_id"].to_pylist(), strict=True):
        if natural is not None:
            ids.append(natural_ids(key, system, [natural])[0])
            continue
        nth = seen.get((event, title), 0)
        seen[event, title] = nth + 1
        ids.append(f"{system}:m:{keyed_text(key, canonical(['material', event, title, nth]))}")
    return cells.append_column("id", pa.array(ids, pa.string()))


def _links(type_: str, part: pa.Table) -> pa.Table:
    qualifier = {"qualifier": part["qualifier"].combine_chunks()} if "qualifier" in part.column_names else {}
    events, ids = part["event_id"].combine_chunks(), part["id"].combine_chunks()
    return link_table(type_, ("Event", "Material"), events, ids, **qualifier)


def _records(parts: list[pa.Table]) -> pa.Table:
    """One record an id: of each property what the latest row says that says anything."""
    columns: dict[str, list[pa.ChunkedArray]] = {name: [] for name in ("id", "order", "row", *_PROPERTIES)}
    for part in parts:
        for name, chunks in columns.items():
            given = name in part.column_names
            chunks.append(part[name] if given else pa.chunked_array([pa.nulls(part.num_rows, pa.string())]))
    if not parts:
        return node_table("Material", pa.array([], pa.string()), pa.array([], pa.int64()))
    table = pa.table({n: pa.chunked_array([c for chunk in cs for c in chunk.chunks]) for n, cs in columns.items()})
    table = table.take(pc.sort_indices(table, [("order", "ascending")]))
    found = table.group_by("id", use_threads=False).aggregate(
        [(name, "last", pc.ScalarAggregateOptions(skip_nulls=True)) for name in ("row", *_PROPERTIES)]
    )
    content = {name: found[f"{name}_last"].combine_chunks() for name in _PROPERTIES}
    content["pages"], unread = _whole(content["pages"])
    for name, words in (("form", FORMS), ("medium", MEDIA)):
        content[name] = _known(content[name], words)
    attributes = objects([("pages", unread)], len(found))
    ids, rows = found["id"].combine_chunks(), found["row_last"].combine_chunks()
    return node_table("Material", ids, rows, attributes=attributes, **content)


def _known(texts: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """Texts, with the words that are known as the schema has them."""
    encoded = texts.dictionary_encode()
    known = [words.get("".join(text.split()), text) for text in encoded.dictionary.to_pylist()]
    return pa.array(known, pa.string()).take(encoded.indices)


def _whole(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Numbers of pages; and as JSON the texts that are none, which the record keeps in its attributes."""
    nothing = pa.scalar(None, pa.string())
    whole = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{1,9}$"), False)
    unread = [None if t is None else canonical(t) for t in pc.if_else(whole, nothing, texts).to_pylist()]
    return pc.if_else(whole, texts, nothing).cast(pa.int64()), pa.array(unread, pa.string())
