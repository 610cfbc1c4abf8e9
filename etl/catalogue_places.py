"""Where the records of a catalogue lie: volume, box, shelf and room, physical or virtual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.catalogue_rows import CatalogueRows
from etl.catalogue_values import code, of_each
from etl.statements import Links
from graph.identifiers import natural_id
from graph.upsert import link_table, node_table

LEVELS = (("Volume", "volume_no"), ("Box", "box_no"), ("Shelf", "shelf_no"), ("Room", "room"))
ABOVE = (("IN_BOX", "Volume", "Box"), ("ON_SHELF", "Box", "Shelf"), ("IN_ROOM", "Shelf", "Room"))


@dataclass(frozen=True)
class Places:
    """`volume` is the id of each row's volume, null where it lies in none that is named."""

    volume: pa.Array
    nodes: dict[str, pa.Table]
    links: tuple[Links, ...]
    remarks: tuple[str, ...]


def places(rows: CatalogueRows, system: str, key: bytes) -> Places:
    """Volumes, boxes, shelves and rooms that the rows name.

    The code of a volume is 档号 without its last part where that ends in the volume's number, else fonds, catalogue
    and volume number; that of a box begins with the fonds. A level that a row leaves out below one that it names
    (items that lie in a box without a volume) is there under the code of the level above.
    """
    codes = _codes(rows)
    ids = {label: of_each(codes[label], lambda text: natural_id(key, system, text)) for label, _ in LEVELS}
    number = rows["row"]
    nodes = {}
    for label, _ in LEVELS:
        first = _first(ids[label])
        year = {"year": _years(rows, ids[label]).take(first)} if label == "Volume" else {}
        nodes[label] = node_table(
            label, ids[label].take(first), number.take(first), code=codes[label].take(first), **year
        )
    links: list[Links] = []
    remarks: list[str] = []
    for type_, lower, upper in ABOVE:
        both = pc.and_(ids[lower].is_valid(), ids[upper].is_valid())
        pairs = pa.table({"from": ids[lower], "to": ids[upper], "row": number}).filter(both)
        pairs = pairs.take(_first(pc.binary_join_element_wise(pairs["from"], pairs["to"], "\x1f").combine_chunks()))
        table = link_table(type_, (lower, upper), pairs["from"].combine_chunks(), pairs["to"].combine_chunks())
        if any(f in rows.fields.column_names and rows[f].null_count < len(number) for _, f in _above(lower)):
            links.append(Links(type_, lower, table, rows=pairs["row"].combine_chunks()))
        remarks += _in_several(lower, upper, pairs)
    return Places(ids["Volume"], nodes, tuple(links), tuple(remarks))


def _above(label: str) -> tuple[tuple[str, str], ...]:
    return LEVELS[[one for one, _ in LEVELS].index(label) + 1 :]


def _codes(rows: CatalogueRows) -> dict[str, pa.Array]:
    """The code of each level for each row."""
    plain = {f: of_each(rows[f], code) for f in ("fonds_no", "catalogue_no", "archive_no")}
    stated = {label: of_each(rows[field], code) for label, field in LEVELS}
    fonds = plain["fonds_no"]
    own = _joined(fonds, plain["catalogue_no"], stated["Volume"])
    stated["Volume"] = pc.coalesce(_of_archive_no(plain["archive_no"], stated["Volume"]), own)
    stated["Box"] = _joined(fonds, stated["Box"])
    for lower, upper in (("Shelf", "Room"), ("Box", "Shelf"), ("Volume", "Box")):
        stated[lower] = pc.coalesce(stated[lower], stated[upper])
    return stated


def _joined(*parts: pa.Array) -> pa.Array:
    """The parts that are there with `-` between them; null where the last is."""
    joined = parts[-1]
    for part in reversed(parts[:-1]):
        joined = pc.coalesce(pc.binary_join_element_wise(part, joined, "-"), joined)
    return joined


def _of_archive_no(archive_no: pa.Array, volume: pa.Array) -> pa.Array:
    """By-volume 档号 (A002-RS-001-002) without its last part, where the volume is the one before it (001)."""
    stems = pc.extract_regex(archive_no, r"^(?P<stem>.+-(?P<volume>[^-]+))-[^-]+$")
    if pa.types.is_null(stems.type):
        return pa.nulls(len(archive_no), pa.string())
    same = pc.fill_null(pc.equal(pc.struct_field(stems, "volume"), volume), False)
    return pc.if_else(same, pc.struct_field(stems, "stem"), pa.scalar(None, pa.string()))


def _years(rows: CatalogueRows, volume: pa.Array) -> pa.Array:
    """The year of each row's volume, where all its rows that name one name the same."""
    years = of_each(
        rows["year"], lambda text: int(found) if (found := code(text) or "").isdecimal() else None, pa.int64()
    )
    frame = pd.DataFrame({"volume": volume.to_pandas(), "year": years.to_pandas()})
    each = frame.groupby("volume", dropna=False)["year"]
    one = each.transform("nunique") == 1
    return pa.array(each.transform("first").where(one), pa.int64(), from_pandas=True)


def _first(ids: pa.Array) -> pa.Array:
    """The first place of each id."""
    encoded = pc.fill_null(ids.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    known, first = np.unique(encoded, return_index=True)
    return pa.array(np.sort(first[known >= 0]), pa.int64())


def _in_several(lower: str, upper: str, pairs: pa.Table) -> Iterator[str]:
    several = int((pairs["from"].to_pandas().value_counts() > 1).sum())
    if several:
        yield f"{several:,} {lower} codes stand in more than one {upper}; all places are kept."
