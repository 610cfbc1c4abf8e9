"""Everything that the graph holds, as entries of the ledger, in portions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.evidence.entries import NONE, EntryBuilder, Ints
from graph.evidence.parts import stated_types
from graph.schema import NODE, NODES, RELATIONSHIP
from graph.store import Snapshot
from graph.upsert import ARROW

SEALED_LABELS = tuple(node.label for node in NODES if node.kind in ("asserted", "decided"))


@dataclass(frozen=True)
class Unprovable:
    """A record or link that no load can have written as it stands."""

    kind: str
    id: str
    why: str


@dataclass(frozen=True)
class Portion:
    """Some records of a label with all that the ledger holds of them; `erased` says which load emptied others."""

    label: str
    records: int
    builder: EntryBuilder
    unprovable: list[Unprovable]
    erased: dict[tuple[str, str], int] = field(default_factory=dict)


def portions(snapshot: Snapshot, upto: int) -> Iterator[Portion]:
    """What the done loads up to `upto` have written, label by label; the loads themselves come last."""
    for label in SEALED_LABELS:
        for table in snapshot.scan(label):
            known = table.filter(pc.less_equal(table["load"], upto))
            if known.num_rows:
                yield portion_of(snapshot, label, known, upto)
        yield Portion(label, 0, EntryBuilder(), _unowned(snapshot, label))
    yield _loads(snapshot, upto)


def portion_of(
    snapshot: Snapshot, label: str, records: pa.Table, upto: int, builder: EntryBuilder | None = None
) -> Portion:
    """The entries of records of a label with these contents, their Versions and the links that they state."""
    builder = builder or EntryBuilder()
    gone = records.filter(records["erased"].is_valid())
    erased = {(label, row["id"]): row["erased"] for row in gone.select(["id", "erased"]).to_pylist()}
    records = records.filter(records["erased"].is_null())
    ids = _whole(records["id"])
    _contents(builder, snapshot, label, records, upto)
    unprovable: list[Unprovable] = []
    for declared in stated_types(label):
        links = snapshot.stated(declared.type, label, ids)
        links = links.filter(pc.less_equal(links["load"], upto))
        if links.num_rows:
            unprovable += _links(builder, declared.type, links, records, upto)
    return Portion(label, records.num_rows, builder, unprovable, erased)


def _contents(builder: EntryBuilder, snapshot: Snapshot, label: str, records: pa.Table, upto: int) -> None:
    """Each content that records have had, and each withdrawal."""
    names = ["id", *(p.name for p in NODE[label].content), "source_row", "salt"]
    versions = snapshot.versions(label, _whole(records["id"]))
    present = records.filter(pc.less_equal(records["since"], upto))
    since = present["since"].to_numpy().astype(np.int64)
    before = np.full(len(since), NONE, np.int64)
    if versions.num_rows:
        before = _past(builder, label, names, records, versions, upto)
    builder.contents(label, present.select(names), since, before)
    gone = present.filter(pc.fill_null(pc.less_equal(present["withdrawn"], upto), False))
    withdrawn = gone["withdrawn"].to_numpy().astype(np.int64)
    builder.withdrawals(label, _whole(gone["id"]), withdrawn, gone["since"].to_numpy().astype(np.int64))


def _past(
    builder: EntryBuilder, label: str, names: list[str], records: pa.Table, versions: pa.Table, upto: int
) -> Ints:
    """Takes earlier contents and gaps; gives the start of the state before the content of each known record."""
    versions = versions.filter(pc.less(versions["from_load"], versions["to_load"]))
    states = _states(records, versions)
    versions = versions.filter(pc.less_equal(versions["from_load"], upto))
    is_gap = pc.and_(versions["payload"].is_null(), versions["salt"].is_null())
    past, gaps = versions.filter(pc.invert(is_gap)), versions.filter(is_gap)
    loads, before = _started(states, past["of_id"], past["from_load"])
    builder.contents(label, _of_versions(label, past).select(names), loads, before)
    loads, before = _started(states, gaps["of_id"], gaps["from_load"])
    builder.withdrawals(label, _whole(gaps["of_id"]), loads, before)
    present = records.filter(pc.less_equal(records["since"], upto))
    return _started(states, present["id"], present["since"])[1]


def _states(records: pa.Table, versions: pa.Table) -> pd.Series:
    """(id, start) -> the start of the state before it (NONE for the first)."""
    every = pd.concat(
        [
            pd.DataFrame({"id": records["id"].to_numpy(), "start": records["since"].to_numpy()}),
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


def _of_versions(label: str, versions: pa.Table) -> pa.Table:
    """The contents that Versions keep, as columns."""
    payloads = [json.loads(text) if text else {} for text in versions["payload"].to_pylist()]
    columns = {"id": versions["of_id"]}
    for p in NODE[label].content:
        columns[p.name] = pa.array([payload.get(p.name) for payload in payloads], ARROW[p.type])
    return pa.table({**columns, "source_row": versions["source_row"], "salt": versions["salt"]})


def _links(builder: EntryBuilder, type_: str, links: pa.Table, records: pa.Table, upto: int) -> list[Unprovable]:
    """The links of one type; gives those that cannot be what a load wrote."""
    end = RELATIONSHIP[type_].stated_by
    at = pc.index_in(links[f"{end}_id"], value_set=_whole(records["id"]))
    from_start = links["salt"].is_null()
    with_record = pc.equal(links["load"], records["load"].take(at))
    known = builder.has_first(_whole(links[f"{end}_label"])[0].as_py(), _whole(links[f"{end}_id"]))
    stated = pc.and_(from_start, pc.and_(with_record, known))
    builder.stated_links(type_, links.filter(stated))
    later = links.filter(pc.invert(from_start))
    builder.later_links(type_, later, later["load"].to_numpy().astype(np.int64))
    taken_back = pc.fill_null(pc.less_equal(links["withdrawn"], upto), False)
    gone = links.filter(pc.and_(taken_back, links["withdrawal_salt"].is_valid()))
    builder.withdrawn_links(type_, gone, gone["withdrawn"].to_numpy().astype(np.int64))
    strange = links.filter(pc.and_(from_start, pc.invert(stated)))
    unsalted = links.filter(pc.and_(taken_back, links["withdrawal_salt"].is_null()))
    return [
        *_named(type_, strange, "It has no salt and did not come with its record."),
        *_named(type_, unsalted, "It is withdrawn without the salt of a withdrawal."),
    ]


def _unowned(snapshot: Snapshot, label: str) -> list[Unprovable]:
    found = []
    for declared in stated_types(label):
        links = snapshot.unowned(declared.type, label)
        found += _named(declared.type, links, f"The {label} that is to state it is not there.")
    return found


def _named(type_: str, links: pa.Table, why: str) -> list[Unprovable]:
    return [
        Unprovable("link", f"{type_}:{r['from_label']}:{r['from_id']}:{r['to_label']}:{r['to_id']}@{r['load']}", why)
        for r in links.to_pylist()
    ]


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


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
