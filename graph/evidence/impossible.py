"""What no load can have written: the rules of the archive's clock that hold for every record, Version and link.

The ledger's entries say which content came with which load. These rules cover what an entry does not say: numbers of
loads that are not done, the load in which a record is first seen, the loads up to which a Version holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.store import Snapshot

_STATES = pa.array(["open", "done", "abandoned"])


@dataclass(frozen=True)
class LoadsKnown:
    """The last done load, and the open ones, whose writing is not to be judged yet."""

    upto: int
    open: frozenset[int]


@dataclass(frozen=True)
class Unprovable:
    """A record or link that no load can have written as it stands; `id` begins with its label or type."""

    kind: Literal["altered", "inserted"]
    id: str
    part: str
    why: str


def loads_known(snapshot: Snapshot, upto: int) -> LoadsKnown:
    """The loads as the store lists them."""
    found: set[int] = set()
    for table in snapshot.scan("Load"):
        found.update(table.filter(pc.equal(table["state"], "open"))["number"].drop_null().to_pylist())
    return LoadsKnown(upto, frozenset(found))


def impossible_records(label: str, records: pa.Table, loads: LoadsKnown) -> list[Unprovable]:
    """Records that are of no load, or whose content or withdrawal is."""
    written = _of_done_loads(records["load"], loads) and _of_done_loads(records["since"], loads)
    if written and records["withdrawn"].null_count == records.num_rows:
        return []
    of_none = _beyond(records["load"], loads, nullable=False)
    inserted = _named("inserted", label, records.filter(of_none), "It is said to be of a load that is not done.")
    known = records.filter(pc.less_equal(records["load"], loads.upto))
    since = _beyond(known["since"], loads, nullable=False)
    withdrawn = pc.or_(
        _beyond(known["withdrawn"], loads, nullable=True),
        pc.fill_null(pc.less(known["withdrawn"], known["since"]), False),
    )
    return [
        *inserted,
        *_named("altered", label, known.filter(since), "Its content is said to be of a load that is not done."),
        *_named("altered", label, known.filter(withdrawn), "It is withdrawn by a load that cannot have done so."),
    ]


def impossible_contents(label: str, records: pa.Table, versions: pa.Table) -> list[Unprovable]:
    """Records whose first content is not of the load that is said to have asserted them."""
    first = records["since"]
    if versions.num_rows:
        starts = versions.group_by("of_id").aggregate([("from_load", "min")])
        earliest = starts["from_load_min"].take(
            pc.index_in(records["id"], value_set=starts["of_id"].combine_chunks())
        )
        first = pc.min_element_wise(first, earliest)
    other = pc.fill_null(pc.not_equal(records["load"], first), True)
    return _named("altered", label, records.filter(other), "It is said to be of a load that did not assert it first.")


def impossible_versions(label: str, records: pa.Table, versions: pa.Table, loads: LoadsKnown) -> list[Unprovable]:
    """Versions of records that stand which do not hold until the next state begins, are not named after their record,
    or are said to be erased: an erasure empties a record with all that it was before."""
    table = pd.DataFrame(
        {name: versions[name].to_pandas() for name in ("id", "of_id")}
        | {name: versions[name].to_pandas().astype("Int64") for name in ("from_load", "to_load")}
    )
    present = pd.DataFrame(
        {"of_id": records["id"].to_pandas(), "from_load": records["since"].to_pandas().astype("Int64")}
    )
    starts = pd.concat([table[["of_id", "from_load"]], present]).drop_duplicates()
    starts = starts.sort_values(["of_id", "from_load"], kind="stable")
    starts["next"] = starts.groupby("of_id")["from_load"].shift(-1)
    table = table.merge(starts, on=["of_id", "from_load"], how="left")
    named = label + ":" + table["of_id"] + ":" + table["from_load"].astype("string")
    # Of a load that is open the Version may stand before the content that replaces its own.
    waiting = table["to_load"].isin(loads.open) & table["next"].isna()
    fits = (table["to_load"] == table["next"]).fillna(False) | waiting
    wrong = ~(fits & (table["id"] == named).fillna(False))
    why = "An earlier content is said to hold for other loads than it did."
    emptied = versions.filter(versions["erased"].is_valid())["of_id"].to_pylist()
    alone = "An earlier content is said to be erased, and the record is not."
    return [
        *(Unprovable("altered", f"{label}:{id_}", "clock", why) for id_ in table[wrong.astype(bool)]["of_id"]),
        *(Unprovable("altered", f"{label}:{id_}", "clock", alone) for id_ in emptied),
    ]


def impossible_links(type_: str, links: pa.Table, loads: LoadsKnown) -> list[Unprovable]:
    """Links that are of no load, or withdrawn as no load does it."""
    never_withdrawn = links["withdrawn"].null_count == links["withdrawal_salt"].null_count == links.num_rows
    if never_withdrawn and _of_done_loads(links["load"], loads):
        return []
    of_none = _beyond(links["load"], loads, nullable=False)
    known = links.filter(pc.less_equal(links["load"], loads.upto))
    beyond = pc.or_(
        _beyond(known["withdrawn"], loads, nullable=True),
        pc.fill_null(pc.less(known["withdrawn"], known["load"]), False),
    )
    salted = pc.not_equal(known["withdrawn"].is_valid(), known["withdrawal_salt"].is_valid())
    unlike = known.filter(pc.and_(salted, pc.invert(beyond)))
    return [
        *named_links("inserted", type_, links.filter(of_none), "It is said to be of a load that is not done."),
        *named_links("altered", type_, known.filter(beyond), "It is withdrawn by a load that cannot have done so."),
        *named_links("altered", type_, unlike, "It is withdrawn without a salt, or has one and stands."),
    ]


def impossible_loads(snapshot: Snapshot) -> list[Unprovable]:
    """Loads in a state that is none, or done and still changing something."""
    found = []
    for table in snapshot.scan("Load"):
        known = pc.fill_null(pc.is_in(table["state"], value_set=_STATES), False)
        changing = pc.and_(pc.not_equal(table["state"], "open"), table["changes"].is_valid())
        wrong = pc.or_(pc.invert(known), pc.fill_null(changing, False))
        found += _named("altered", "Load", table.filter(wrong), "Its state is none that a load can be in.")
    return found


def named_links(kind: Literal["altered", "inserted"], type_: str, links: pa.Table, why: str) -> list[Unprovable]:
    """One finding for each link."""
    return [
        Unprovable(
            kind, f"{type_}:{r['from_label']}:{r['from_id']}:{r['to_label']}:{r['to_id']}@{r['load']}", "clock", why
        )
        for r in links.to_pylist()
    ]


def _named(kind: Literal["altered", "inserted"], label: str, records: pa.Table, why: str) -> list[Unprovable]:
    return [Unprovable(kind, f"{label}:{id_}", "clock", why) for id_ in records["id"].to_pylist()]


def _of_done_loads(numbers: pa.ChunkedArray, loads: LoadsKnown) -> bool:
    """Whether all are numbers of done loads, as they are where nobody else has written."""
    least, most = pc.min_max(numbers).as_py().values()
    return not numbers.null_count and least is not None and bool(least >= 1 and most <= loads.upto)


def _beyond(numbers: pa.ChunkedArray, loads: LoadsKnown, *, nullable: bool) -> pa.ChunkedArray:
    """Which are the number of no load that has written."""
    late = pc.and_(
        pc.greater(numbers, loads.upto),
        pc.invert(pc.is_in(numbers, value_set=pa.array(sorted(loads.open), pa.int64()))),
    )
    return pc.fill_null(pc.or_(late, pc.less(numbers, 1)), not nullable)
