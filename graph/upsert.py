"""The one way by which records enter the graph: what is new, what has changed, what says nothing new.

A record states itself and its links whole: links that its new form no longer states are withdrawn. Same id and
same content changes nothing; other content becomes the present one and the old one a Version.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import canonical
from graph.identifiers import hexadecimal
from graph.schema import NODE, PLACES, RELATIONSHIP
from graph.store import Writer

ENDS = ("from_label", "from_id", "to_label", "to_id")
SALT_BYTES = 16
ARROW = {
    "text": pa.string(),
    "json": pa.string(),
    "integer": pa.int64(),
    "instant": pa.int64(),
    "boolean": pa.bool_(),
    "real": pa.float64(),
}


# What is derived from records of this load, beside their ids; the rest of a large load need not be kept.
_LOOKED_AT = {
    "Case": ("item_id", "accepted_at"),
    "Event": ("at",),
    "Fact": ("value", "stated_at"),
    "ItemVersion": ("valid_from",),
    "Material": ("title", "date", "form"),
    "MaterialType": ("name", "synonyms"),
    "ServiceItem": ("name",),
}


@dataclass(frozen=True)
class Upserted:
    """For each given record: `absent` where the store had none, `fresh` where this load made it (a resumed
    load finds its own), `changed` where this load gave its content, `erased` where the store's content was erased by
    order, so that nothing was written. `records` are they as the store has them when the load is done, as far as
    something is derived from them."""

    records: pa.Table
    absent: np.ndarray
    fresh: np.ndarray
    changed: np.ndarray
    erased: np.ndarray

    @property
    def fresh_ids(self) -> pa.Array:
        """The ids of the records that the store did not have."""
        return self.records["id"].filter(pa.array(self.absent)).combine_chunks()

    @property
    def changed_records(self) -> pa.Table:
        """The records to which this load gave their content."""
        return self.records.filter(pa.array(self.changed))

    @property
    def erased_ids(self) -> pa.Array:
        """The ids of the records whose content was erased by order."""
        return self.records["id"].filter(pa.array(self.erased)).combine_chunks()


def salts(count: int) -> pa.Array:
    """Random salts of 128 bits, hexadecimal."""
    return hexadecimal(os.urandom(SALT_BYTES * count), SALT_BYTES)


def node_table(label: str, ids: pa.Array, source_row: pa.Array, **content: pa.Array) -> pa.Table:
    """A table of records of a label; properties that are not given are null."""
    columns = {"id": ids}
    for p in NODE[label].content:
        given = content.pop(p.name, None)
        columns[p.name] = pa.nulls(len(ids), ARROW[p.type]) if given is None else given.cast(ARROW[p.type])
    if content:
        raise TypeError(f"{label} has no property {sorted(content)}")
    return pa.table({**columns, "source_row": source_row})


def link_table(
    type_: str, ends: tuple[str, str], from_ids: pa.Array, to_ids: pa.Array, **properties: pa.Array
) -> pa.Table:
    """A table of links of a type between two labels."""
    count = len(from_ids)
    columns = {
        "from_label": pa.repeat(pa.scalar(ends[0], pa.string()), count),
        "from_id": from_ids,
        "to_label": pa.repeat(pa.scalar(ends[1], pa.string()), count),
        "to_id": to_ids,
    }
    for p in RELATIONSHIP[type_].properties:
        given = properties.pop(p.name, None)
        columns[p.name] = pa.nulls(count, ARROW[p.type]) if given is None else given.cast(ARROW[p.type])
    if properties:
        raise TypeError(f"{type_} has no property {sorted(properties)}")
    return pa.table(columns)


def upsert_nodes(writer: Writer, label: str, table: pa.Table, *, partial: bool = False) -> Upserted:
    """Writes records with distinct ids; says which are new and which have changed.

    Of `partial` records a null says nothing: what the store holds stays. A record that was erased stays erased,
    whatever is stated of it.
    """
    count = table.num_rows
    stored = writer.existing(label, table["id"].combine_chunks()) if count else None
    table = table.append_column("salt", salts(count))
    if stored is None or stored.num_rows == 0:
        writer.new_nodes(label, table)
        all_new = np.ones(count, bool)
        return Upserted(_looked_at(label, table), all_new, all_new, all_new, np.zeros(count, bool))
    at = pc.index_in(table["id"], value_set=stored["id"].combine_chunks())
    absent = at.is_null().to_numpy()
    old = stored.take(at)
    erased = old["erased"].is_valid().to_numpy() & ~absent
    if erased.any():
        table = _emptied(label, table, pa.array(erased))
    back = old["withdrawn"].is_valid().to_numpy() & ~absent & ~erased
    if partial:
        table = _completed(label, table, old, pa.array(back))
    differs = _differs(label, table, old) & ~absent & ~erased
    writer.new_nodes(label, table.filter(pa.array(absent)))
    if (differs | back).any():
        chosen = pa.array(differs | back)
        writer.change_nodes(label, table.filter(chosen), _versions(label, old.filter(chosen), writer.load))
    ours = _equal(old["load"], writer.load)
    changed = (absent | differs | back | ours | _equal(old["since"], writer.load)) & ~erased
    return Upserted(_looked_at(label, table), absent, absent | ours, changed, erased)


def _looked_at(label: str, records: pa.Table) -> pa.Table:
    return records.select(["id", *_LOOKED_AT.get(label, ())])


def _completed(label: str, new: pa.Table, old: pa.Table, withdrawn: pa.Array) -> pa.Table:
    for place, name in enumerate(new.column_names):
        if name in {p.name for p in NODE[label].content}:
            kept = pc.if_else(withdrawn, pa.scalar(None, new[name].type), old[name].cast(new[name].type))
            new = new.set_column(place, name, pc.coalesce(new[name], kept))
    return new


def _emptied(label: str, table: pa.Table, erased: pa.Array) -> pa.Table:
    for p in NODE[label].content:
        place = table.column_names.index(p.name)
        emptied = pc.if_else(erased, pa.scalar(None, table[p.name].type), table[p.name])
        table = table.set_column(place, p.name, emptied)
    return table


def amend_nodes(writer: Writer, label: str, ids: pa.Array, **content: pa.Array) -> None:
    """Gives standing records another content of some properties, because of what other records say.

    No row of this load states them, so they have no source row: that of their Version stays the source.
    """
    if not len(ids):
        return
    stored = writer.existing(label, ids)
    if stored["erased"].null_count < stored.num_rows:
        stands = pc.is_in(ids, value_set=stored["id"].filter(stored["erased"].is_null()).combine_chunks())
        content = {name: column.filter(stands) for name, column in content.items()}
        ids = ids.filter(stands)
    old = stored.take(pc.index_in(ids, value_set=stored["id"].combine_chunks()))
    columns = {name: old[name] for name in ("id", *(p.name for p in NODE[label].content))}
    count = len(ids)
    new = pa.table({**columns, **content, "source_row": pa.nulls(count, pa.int64()), "salt": salts(count)})
    writer.change_nodes(label, new, _versions(label, old, writer.load))


def _equal(column: pa.ChunkedArray, value: int) -> np.ndarray:
    flags: np.ndarray = pc.fill_null(pc.equal(column, value), False).to_numpy()
    return flags


def _differs(label: str, new: pa.Table, old: pa.Table) -> np.ndarray:
    differs = np.zeros(new.num_rows, bool)
    for p in NODE[label].content:
        a, b = new[p.name], old[p.name].cast(ARROW[p.type])
        same = pc.fill_null(pc.equal(a, b), False).to_numpy()
        both_absent = pc.and_(a.is_null(), b.is_null()).to_numpy()
        differs |= ~(same | both_absent)
    return differs


def payload(label: str, record: dict[str, object]) -> str:
    """The content of a record as a Version keeps it: instants as epoch milliseconds, nulls left out."""
    kept = {p.name: record[p.name] for p in NODE[label].content if record[p.name] is not None}
    return canonical(kept)


def _versions(label: str, old: pa.Table, load: int) -> pa.Table:
    """The Versions that a change leaves: the old content, and a gap where the record had been withdrawn."""
    rows: list[tuple[dict[str, Any], str | None, str | None, int, int]] = []
    for record in old.to_pylist():
        until = record["withdrawn"] or load
        rows.append((record, payload(label, record), record["salt"], record["since"], until))
        if record["withdrawn"]:
            rows.append((record, None, None, record["withdrawn"], load))
    return pa.table(
        {
            "id": [f"{label}:{r['id']}:{start}" for r, _, _, start, _ in rows],
            "label": pa.array([label] * len(rows), pa.string()),
            "of_id": [r["id"] for r, *_ in rows],
            "payload": pa.array([text for _, text, *_ in rows], pa.string()),
            "salt": pa.array([salt for _, _, salt, *_ in rows], pa.string()),
            "from_load": [start for *_, start, _ in rows],
            "to_load": [end for *_, end in rows],
            "source_row": pa.array([r["source_row"] for r, *_ in rows], pa.int64()),
            "erased": pa.nulls(len(rows), pa.int64()),
        }
    )


@dataclass(frozen=True)
class Linked:
    """`owners` are the ids of records whose links changed, `new` says which of the given links this load made,
    `withdrawn` are the links that it took back, `unstated` those that stood and were not given."""

    owners: pa.Array
    new: np.ndarray
    withdrawn: pa.Table
    unstated: pa.Table


def upsert_links(
    writer: Writer,
    type_: str,
    owner: str,
    table: pa.Table,
    owners: pa.Array,
    records: Upserted,
    *,
    adds_only: bool = False,
) -> Linked:
    """Makes the links of a type of the records `owners` of the label `owner`, as `records` found them, be those of
    `table`, in which each stands once; with `adds_only` none that stands is withdrawn.

    The salt of a link that its record states from the start is that of the record; one asserted later has
    its own. The links of a record that was erased, and the place that a decision gave one, stay as they are.
    """
    end = RELATIONSHIP[type_].stated_by or "from"
    if records.erased.any():
        return _of_standing(writer, type_, owner, table, owners, records, adds_only=adds_only)
    stood = owners.filter(pa.array(~records.absent))
    stored = writer.links_of(type_, owner, stood) if len(stood) else None
    old_owner = _none(table) if records.fresh.all() else _of_old(table[f"{end}_id"], owners, records)
    if stored is None or stored.num_rows == 0:
        writer.new_links(type_, _with_salts(table, old_owner))
        none = table.slice(0, 0).append_column("load", pa.array([], pa.int64()))
        return Linked(table[f"{end}_id"].combine_chunks(), np.ones(table.num_rows, bool), none, none)
    new_keys, old_keys = _keys(type_, table), _keys(type_, stored)
    added = ~_is_in(new_keys, old_keys)
    if type_ in PLACES and (placed := stored.filter(stored["decision"].is_valid())).num_rows:
        decided = placed[f"{end}_id"].combine_chunks()
        added &= ~_is_in(table[f"{end}_id"], decided)
        stored = stored.filter(pa.array(~_is_in(stored[f"{end}_id"], decided)))
        old_keys = _keys(type_, stored)
    unstated = stored.filter(pa.array(~_is_in(old_keys, new_keys)))
    gone = stored.slice(0, 0) if adds_only else unstated
    withdraw_links(writer, type_, gone)
    writer.new_links(type_, _with_salts(table.filter(pa.array(added)), old_owner[added]))
    ours = stored.filter(pc.equal(stored["load"], writer.load))
    changed = [table.filter(pa.array(added)), gone.select(table.column_names), ours.select(table.column_names)]
    return Linked(
        pc.unique(pa.concat_tables(changed, promote_options="permissive")[f"{end}_id"]),
        added | _is_in(new_keys, old_keys.filter(pc.equal(stored["load"], writer.load).combine_chunks())),
        gone,
        unstated,
    )


def _of_standing(
    writer: Writer,
    type_: str,
    owner: str,
    table: pa.Table,
    owners: pa.Array,
    records: Upserted,
    *,
    adds_only: bool,
) -> Linked:
    """The same for the owners that were not erased."""
    stands = ~records.erased
    kept = ~_is_in(table[f"{RELATIONSHIP[type_].stated_by or 'from'}_id"], owners.filter(pa.array(records.erased)))
    of_standing = Upserted(
        records.records.filter(pa.array(stands)),
        records.absent[stands],
        records.fresh[stands],
        records.changed[stands],
        records.erased[stands],
    )
    links, standing = table.filter(pa.array(kept)), owners.filter(pa.array(stands))
    linked = upsert_links(writer, type_, owner, links, standing, of_standing, adds_only=adds_only)
    new = np.zeros(table.num_rows, bool)
    new[kept] = linked.new
    return replace(linked, new=new)


def withdraw_stated_links(writer: Writer, type_: str, owner: str, ids: pa.Array) -> pa.Table:
    """Withdraws the links of a type that the records with these ids of the label `owner` state; gives them."""
    gone = writer.links_of(type_, owner, ids)
    withdraw_links(writer, type_, gone)
    return gone


def withdraw_links(writer: Writer, type_: str, links: pa.Table) -> None:
    """Withdraws standing links: their ends, their properties and the load that asserted them."""
    kept = [*ENDS, *(p.name for p in RELATIONSHIP[type_].properties), "load"]
    writer.withdraw_links(type_, links.select(kept).append_column("withdrawal_salt", salts(links.num_rows)))


def _none(table: pa.Table) -> np.ndarray:
    return np.zeros(table.num_rows, bool)


def _of_old(stating: pa.ChunkedArray, owners: pa.Array, records: Upserted) -> np.ndarray:
    """Which links are stated by a record that another load made."""
    return ~_is_in(stating, owners.filter(pa.array(records.fresh)))


def _with_salts(table: pa.Table, later: np.ndarray) -> pa.Table:
    if later.any():
        salt = pc.if_else(pa.array(later), salts(table.num_rows), pa.scalar(None, pa.string()))
    else:
        salt = pa.nulls(table.num_rows, pa.string())
    return table.append_column("salt", salt)


def _is_in(values: pa.ChunkedArray, among: pa.Array) -> np.ndarray:
    if isinstance(among, pa.ChunkedArray):
        among = among.combine_chunks()
    flags: np.ndarray = pc.is_in(values, value_set=among).to_numpy(zero_copy_only=False)
    return flags


def _keys(type_: str, table: pa.Table) -> pa.Array:
    names = [*ENDS, *(p.name for p in RELATIONSHIP[type_].properties)]
    parts = [pc.fill_null(table[name].cast(pa.string()), "\x00") for name in names]
    joined = pc.binary_join_element_wise(*parts, "\x1f")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
