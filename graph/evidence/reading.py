"""Everything that the graph holds, as entries of the ledger, in portions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.canonical import canonical
from graph.evidence.entries import NONE, EntryBuilder, Ints
from graph.evidence.hashing import Digests, digests_here
from graph.evidence.impossible import (
    LoadsKnown,
    Unprovable,
    impossible_contents,
    impossible_links,
    impossible_loads,
    impossible_records,
    impossible_versions,
    loads_known,
    named_links,
)
from graph.evidence.parts import stated_types
from graph.schema import NODE, NODES, RELATIONSHIP, RELATIONSHIPS
from graph.store import Snapshot
from graph.upsert import ARROW

SEALED_LABELS = tuple(node.label for node in NODES if node.kind in ("asserted", "decided"))


@dataclass(frozen=True)
class Portion:
    """Some records of a label with all that the ledger holds of them."""

    label: str
    records: int
    builder: EntryBuilder
    unprovable: list[Unprovable]
    read: Counter[str] = field(default_factory=Counter)
    """How many Versions and links, by type, were read for them."""
    erased: dict[tuple[str, str], int] = field(default_factory=dict)
    """Records that were emptied, and the loads that are said to have done it."""


def portions(
    snapshot: Snapshot, upto: int, passed: frozenset[str] = frozenset(), digests: Digests = digests_here
) -> Iterator[Portion]:
    """What the done loads up to `upto` have written, label by label, without those in `passed`; what belongs to no
    record of a label and the loads themselves come last. `digests` hashes texts."""
    loads = loads_known(snapshot, upto)
    read: Counter[str] = Counter()
    for label in SEALED_LABELS:
        if label not in passed:
            for table in snapshot.scan(label):
                portion = portion_of(
                    snapshot, label, table, upto, EntryBuilder(digests=digests), open_loads=loads.open
                )
                read += portion.read
                yield portion
            yield Portion(label, 0, EntryBuilder(), _unowned(snapshot, label))
    yield Portion("", 0, EntryBuilder(), _of_none(snapshot, loads, Counter() if passed else read))
    yield _loads(snapshot, upto)


def portion_of(
    snapshot: Snapshot,
    label: str,
    records: pa.Table,
    upto: int,
    builder: EntryBuilder | None = None,
    *,
    open_loads: frozenset[int] = frozenset(),
) -> Portion:
    """The entries of records of a label with these contents, their Versions and the links that they state.

    What `open_loads` have written is passed over.
    """
    builder = builder or EntryBuilder()
    loads = LoadsKnown(upto, open_loads)
    unprovable = impossible_records(label, records, loads)
    records = where(records, pc.less_equal(records["load"], upto))
    gone = records.filter(records["erased"].is_valid())
    erased = {(label, row["id"]): row["erased"] for row in gone.select(["id", "erased"]).to_pylist()}
    records = where(records, records["erased"].is_null())
    if not records.num_rows:
        return Portion(label, gone.num_rows, builder, unprovable, erased=erased)
    ids = _whole(records["id"])
    versions = snapshot.versions(label, ids)
    read = Counter({"Version": versions.num_rows})
    unprovable += _contents(builder, label, records, versions, loads)
    for declared in stated_types(label):
        links = snapshot.stated(declared.type, label, ids)
        read[declared.type] += links.num_rows
        if links.num_rows:
            unprovable += _links(builder, declared.type, links, records, loads)
    return Portion(label, records.num_rows + gone.num_rows, builder, unprovable, read, erased)


def _contents(
    builder: EntryBuilder, label: str, records: pa.Table, versions: pa.Table, loads: LoadsKnown
) -> list[Unprovable]:
    """Takes each content that records have had, and each withdrawal; gives what no load can have written so."""
    names = ["id", *(p.name for p in NODE[label].content), "source_row", "salt"]
    present = where(records, pc.less_equal(records["since"], loads.upto))
    since = present["since"].to_numpy().astype(np.int64)
    before = np.full(len(since), NONE, np.int64)
    found = impossible_contents(label, records, versions)
    if versions.num_rows:
        past, strange = _past(builder, label, names, records, versions, loads)
        before, found = past, [*found, *strange]
    builder.contents(label, present.select(names), since, before)
    if present["withdrawn"].null_count < present.num_rows:
        gone = present.filter(pc.fill_null(pc.less_equal(present["withdrawn"], loads.upto), False))
        withdrawn = gone["withdrawn"].to_numpy().astype(np.int64)
        builder.withdrawals(label, _whole(gone["id"]), withdrawn, gone["since"].to_numpy().astype(np.int64))
    return found


def _past(
    builder: EntryBuilder, label: str, names: list[str], records: pa.Table, versions: pa.Table, loads: LoadsKnown
) -> tuple[Ints, list[Unprovable]]:
    """Takes earlier contents and gaps; gives the start of the state before the content of each known record."""
    found = impossible_versions(label, records, versions, loads)
    versions = versions.filter(pc.less(versions["from_load"], versions["to_load"]))
    states = _states(records, versions)
    versions = versions.filter(pc.less_equal(versions["from_load"], loads.upto))
    is_gap = pc.and_(versions["payload"].is_null(), versions["salt"].is_null())
    past, gaps = versions.filter(pc.invert(is_gap)), versions.filter(is_gap)
    starts, before = _started(states, past["of_id"], past["from_load"])
    contents, unread = _of_versions(label, past)
    builder.contents(label, contents.select(names), starts, before)
    starts, before = _started(states, gaps["of_id"], gaps["from_load"])
    builder.withdrawals(label, _whole(gaps["of_id"]), starts, before)
    present = records.filter(pc.less_equal(records["since"], loads.upto))
    return _started(states, present["id"], present["since"])[1], [*found, *unread]


def _states(records: pa.Table, versions: pa.Table) -> pd.Series:
    """(id, start) -> the start of the state before it (NONE for the first)."""
    known = records.filter(records["since"].is_valid())
    every = pd.concat(
        [
            pd.DataFrame({"id": known["id"].to_numpy(), "start": known["since"].to_numpy()}),
            pd.DataFrame({"id": versions["of_id"].to_numpy(), "start": versions["from_load"].to_numpy()}),
        ]
    ).drop_duplicates()
    every = every.sort_values(["id", "start"], kind="stable")
    every["before"] = every.groupby("id")["start"].shift(1).fillna(NONE).astype(np.int64)
    return every.set_index(["id", "start"])["before"]


def _started(states: pd.Series, ids: pa.ChunkedArray, starts: pa.ChunkedArray) -> tuple[Ints, Ints]:
    loads = starts.to_numpy().astype(np.int64)
    keys = pd.MultiIndex.from_arrays([ids.to_numpy(), loads])
    return loads, states.reindex(keys).to_numpy().astype(np.int64)


def _of_versions(label: str, versions: pa.Table) -> tuple[pa.Table, list[Unprovable]]:
    """The contents that Versions keep, as columns; and those whose text is not what a load writes."""
    payloads, strange = [], []
    for id_, text in zip(versions["of_id"].to_pylist(), versions["payload"].to_pylist(), strict=True):
        said = _payload(label, text)
        payloads.append(said or {})
        if said is None and text is not None:
            why = "The text of an earlier content is not as a load writes it."
            strange.append(Unprovable("altered", f"{label}:{id_}", "what", why))
    columns = {"id": versions["of_id"]}
    for p in NODE[label].content:
        columns[p.name] = pa.array([payload.get(p.name) for payload in payloads], ARROW[p.type])
    table = pa.table({**columns, "source_row": versions["source_row"], "salt": versions["salt"]})
    return table, strange


def _payload(label: str, text: str | None) -> dict[str, object] | None:
    """What a Version says; None where a load would not have written it so."""
    try:
        said = json.loads(text or "")
        properties = {p.name: p for p in NODE[label].content}
        if not isinstance(said, dict) or canonical(said) != text or not said.keys() <= properties.keys():
            return None
        for name, value in said.items():
            # With another type it is another value, which has no place in the column.
            if pa.scalar(value).type != ARROW[properties[name].type]:
                return None
    except (ValueError, RecursionError, OverflowError, pa.ArrowException):
        return None
    return said


def _links(
    builder: EntryBuilder, type_: str, links: pa.Table, records: pa.Table, loads: LoadsKnown
) -> list[Unprovable]:
    """Takes the links of one type; gives those that cannot be what a load wrote."""
    end = RELATIONSHIP[type_].stated_by
    found = impossible_links(type_, links, loads)
    links = where(links, pc.less_equal(links["load"], loads.upto))
    if not links.num_rows:
        return found
    owners, ids = _whole(links[f"{end}_id"]), _whole(records["id"])
    label = _whole(links[f"{end}_label"])[0].as_py()
    at = pc.index_in(owners, value_set=ids)
    places = at if builder.are_first(label, ids) else builder.places(label, owners)
    from_start = links["salt"].is_null()
    with_record = pc.equal(links["load"], records["load"].take(at))
    stated = pc.and_(from_start, pc.and_(with_record, places.is_valid()))
    own = where(pa.table({"at": places}), stated)["at"].combine_chunks()
    builder.stated_links(type_, where(links, stated), own)
    if links["salt"].null_count < links.num_rows:
        later = links.filter(pc.invert(from_start))
        builder.later_links(type_, later, later["load"].to_numpy().astype(np.int64))
    if links["withdrawn"].null_count < links.num_rows:
        taken_back = pc.fill_null(pc.less_equal(links["withdrawn"], loads.upto), False)
        gone = links.filter(pc.and_(taken_back, links["withdrawal_salt"].is_valid()))
        builder.withdrawn_links(type_, gone, gone["withdrawn"].to_numpy().astype(np.int64))
    strange = links.filter(pc.and_(from_start, pc.invert(stated)))
    return [*found, *named_links("inserted", type_, strange, "It has no salt and did not come with its record.")]


def _unowned(snapshot: Snapshot, label: str) -> list[Unprovable]:
    found = []
    for declared in stated_types(label):
        links = snapshot.unowned(declared.type, label)
        found += named_links("inserted", declared.type, links, f"The {label} that is to state it is not there.")
    return found


def _of_none(snapshot: Snapshot, loads: LoadsKnown, read: Counter[str]) -> list[Unprovable]:
    """Versions of records that are not there, and links between labels that the schema does not let them join;
    looked for where there is more than was read for records."""
    found = impossible_loads(snapshot)
    if snapshot.total("Version") != read["Version"]:
        for table in snapshot.scan("Version"):
            found += _versions_of_none(snapshot, table, loads)
    for declared in RELATIONSHIPS:
        if declared.stated_by and snapshot.total(declared.type) != read[declared.type]:
            links = snapshot.strays(declared.type)
            found += named_links("inserted", declared.type, links, "No record of its kind states such links.")
    return found


def _versions_of_none(snapshot: Snapshot, versions: pa.Table, loads: LoadsKnown) -> list[Unprovable]:
    found = []
    for label in pc.unique(versions["label"]).to_pylist():
        of_label = (
            versions.filter(pc.equal(versions["label"], label))
            if label
            else versions.filter(versions["label"].is_null())
        )
        if label in SEALED_LABELS:
            records = snapshot.records(label, pc.unique(_whole(of_label["of_id"])).drop_null())
            known = records.filter(pc.less_equal(records["load"], loads.upto))["id"].combine_chunks()
            of_label = of_label.filter(pc.invert(pc.is_in(of_label["of_id"], value_set=known)))
        why = "It keeps the content of a record that is not there."
        found += [Unprovable("inserted", f"Version:{id_}", "clock", why) for id_ in of_label["id"].to_pylist()]
    return found


def _loads(snapshot: Snapshot, upto: int) -> Portion:
    """The done loads."""
    builder, count = EntryBuilder(), 0
    for table in snapshot.scan("Load"):
        done = table.filter(pc.and_(pc.equal(table["state"], "done"), pc.less_equal(table["number"], upto)))
        load_entries(builder, done)
        count += done.num_rows
    return Portion("Load", count, builder, [])


def load_entries(builder: EntryBuilder, loads: pa.Table) -> None:
    """Takes done loads."""
    numbers = loads["number"].to_numpy().astype(np.int64)
    rows = pa.nulls(loads.num_rows, pa.int64())
    builder.contents("Load", loads.append_column("source_row", rows), numbers, np.full(len(numbers), NONE, np.int64))


def where(table: pa.Table, chosen: pa.Array | pa.ChunkedArray) -> pa.Table:
    """The rows for which `chosen` is true; the table itself, and no copy of it, where that is all of them."""
    return table if _whole(chosen).true_count == len(chosen) else table.filter(chosen)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
