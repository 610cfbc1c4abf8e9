"""Derived data against what follows from the asserted: derived anew, and compared instead of written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.derive import derive
from graph.derive_records import PAGE, derive_all_types
from graph.errors import UsageError, WrongIdKey
from graph.evidence.comparison import Difference
from graph.order import PLACED
from graph.schema import NODE, RELATIONSHIP, Type
from graph.store import Row, Snapshot, Store, Writer
from graph.touched import SUBJECTS, Touched, Written
from graph.upsert import ARROW, ENDS

_NEXT_FROM = "Event"
_LISTS = ("derive/cases", "derive/persons", "derive/organisations")
Says = Callable[[int], None]


class _ComparingWriter:
    """Reads like the writer of a load; what is to be derived is compared with what stands."""

    def __init__(self, writer: Writer, snapshot: Snapshot) -> None:
        self.load = writer.load
        self.written: Says = lambda _: None
        self.found: list[Difference] = []
        self.links: Counter[str] = Counter()
        self._writer = writer
        self._snapshot = snapshot

    def id_key(self) -> bytes:
        return self._writer.id_key()

    def existing(self, label: str, ids: pa.Array) -> pa.Table:
        return self._writer.existing(label, ids)

    def links_of(self, type_: str, owner: str, ids: pa.Array) -> pa.Table:
        return self._writer.links_of(type_, owner, ids)

    def links_to(self, type_: str, label: str, ids: pa.Array) -> pa.Table:
        return self._writer.links_to(type_, label, ids)

    def read(self, name: str, **params: Any) -> list[Row]:
        return self._writer.read(name, **params)

    def case_events(self, case_ids: pa.Array) -> pa.Table:
        return self._writer.case_events(case_ids)

    def replace_derived(self, case_ids: pa.Array, fresh_ids: pa.Array, cases: pa.Table, nexts: pa.Table) -> None:
        self.set_derived("Case", cases, fresh_ids)
        events = pc.unique(self._writer.case_events(case_ids)["event_id"].combine_chunks())
        stored = self._snapshot.stated("NEXT", _NEXT_FROM, events)
        stored = stored.filter(pc.is_in(stored["case_id"], value_set=case_ids.cast(pa.string())))
        self._compare_links("NEXT", nexts, stored)

    def set_derived(self, label: str, table: pa.Table, fresh_ids: pa.Array) -> None:
        stored = self._snapshot.derived(label, table["id"].combine_chunks().cast(pa.string()))
        at = pc.index_in(stored["id"], value_set=table["id"].combine_chunks().cast(pa.string()))
        wrong: dict[str, list[str]] = {}
        for p in NODE[label].derived:
            follows = table[p.name].cast(ARROW[p.type]).take(at)
            for id_ in stored["id"].filter(_unlike(follows, stored[p.name].cast(ARROW[p.type]))).to_pylist():
                wrong.setdefault(id_, []).append(p.name)
        for id_, names in wrong.items():
            self._differs(label, id_, f"{label} {id_}: what is derived differs: {', '.join(names)}.")

    def replace_links(self, type_: str, owner_ids: pa.Array, fresh_ids: pa.Array, table: pa.Table) -> None:
        label = RELATIONSHIP[type_].ends[0][0]
        self._compare_links(type_, table, self._snapshot.stated(type_, label, owner_ids.cast(pa.string())))

    def _compare_links(self, type_: str, derived: pa.Table, stored: pa.Table) -> None:
        """Compares links as multisets."""
        names = [*ENDS, *(p.name for p in RELATIONSHIP[type_].properties)]
        self.links[type_] += stored.num_rows
        of_none = pc.fill_null(pc.or_(pc.less(stored["load"], 1), pc.greater_equal(stored["load"], self.load)), True)
        for row in _rows(stored.filter(of_none).select(ENDS)):
            self._link_differs(type_, row, "is said to be of a load that is not done")
        columns = [
            pa.table({name: derived[name].cast(ARROW[t]) for name, t in _types(type_, names)}).sort_by(
                [(name, "ascending") for name in names]
            ),
            stored.select(names).sort_by([(name, "ascending") for name in names]),
        ]
        if columns[0].equals(columns[1].cast(columns[0].schema)):
            return
        follows, stands = (Counter(_rows(table)) for table in columns)
        for row in (follows - stands) + (stands - follows):
            what = "is missing or altered" if follows[row] > stands[row] else "does not follow from anything"
            self._link_differs(type_, row, what)

    def _link_differs(self, type_: str, row: tuple[Any, ...], what: str) -> None:
        id_ = f"{row[0]}:{row[1]}:{row[2]}:{row[3]}"
        self._differs(type_, id_, f"The derived link {type_} of {id_} {what}.")

    def unreached(self) -> None:
        """Derived links that belong to no standing record."""
        for type_ in ("NEXT", "OF_TYPE", "UNDER"):
            beyond = self._snapshot.total(type_) - self.links[type_]
            if beyond <= 0:
                continue
            strays = self._snapshot.derived_strays(type_)
            for row in _rows(strays.select(ENDS)):
                self._link_differs(type_, row, "belongs to no standing record")
            if strays.num_rows < beyond:
                self._differs(type_, "", f"{beyond - strays.num_rows} derived links {type_} belong to no record.")

    def _differs(self, label: str, id_: str, message: str) -> None:
        self.found.append(Difference("altered", label, id_, ("derived",), 0, None, message))

    def new_nodes(self, label: str, table: pa.Table) -> None:
        raise NotImplementedError(label)

    def change_nodes(self, label: str, table: pa.Table, versions: pa.Table) -> None:
        raise NotImplementedError(label)

    def withdraw_nodes(self, label: str, ids: pa.Array) -> None:
        raise NotImplementedError(label)

    def new_links(self, type_: str, table: pa.Table) -> None:
        raise NotImplementedError(type_)

    def withdraw_links(self, type_: str, table: pa.Table) -> None:
        raise NotImplementedError(type_)

    def replace_nodes(self, label: str, gone: pa.Array, stood: pa.Table, fresh: pa.Table) -> None:
        raise NotImplementedError(label)

    def forget_links(self, type_: str) -> None:
        raise NotImplementedError(type_)

    def erase_contents(self, label: str, ids: pa.Array) -> None:
        raise NotImplementedError(label)

    def commit(self, finish: dict[str, Any]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._writer.close()


def _unlike(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which values differ; numbers with a fraction by more than their rounding."""
    if pa.types.is_floating(one.type):
        nearly = pc.multiply(pc.max_element_wise(pc.abs(one), pa.scalar(1.0)), pa.scalar(1e-9))
        differs = pc.invert(pc.less_equal(pc.abs(pc.subtract(one, other)), nearly))
    else:
        differs = pc.not_equal(one, other)
    return pc.fill_null(differs, pc.not_equal(one.is_valid(), other.is_valid()))


def _types(type_: str, names: list[str]) -> list[tuple[str, Type]]:
    types: dict[str, Type] = {p.name: p.type for p in RELATIONSHIP[type_].properties}
    return [(name, types.get(name, "text")) for name in names]


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    columns = [
        [None if v is None else round(v, 6) for v in column.to_pylist()]
        if pa.types.is_floating(column.type)
        else column.to_pylist()
        for column in table.columns
    ]
    return zip(*columns, strict=True)


def derived_differences(store: Store, snapshot: Snapshot, load: int) -> tuple[list[Difference], list[str]]:
    """What stands as derived, for the last done load `load`, and does not follow from the asserted; and what cannot
    be derived any more from what is asserted, with the reason."""
    writer = _ComparingWriter(store.writer(load + 1, "", resumed=False), snapshot)
    nothing = Written({})
    failed: dict[str, str] = {}

    def attempt(step: str, derived: Callable[[], None]) -> None:
        try:
            derived()
        except (ValueError, TypeError, KeyError, OverflowError, pa.ArrowException, UsageError, WrongIdKey) as error:
            # A load would have refused such values: somebody else wrote them. Or the key of the ids is not here.
            failed.setdefault(step, f"{type(error).__name__}: {error}")

    def page(label: str, ids: list[str]) -> None:
        attempt(f"of {label} records", lambda: derive(writer, _touched(label, ids), nothing, PLACED.empty_table()))

    try:
        for label, name in zip(("Case", *SUBJECTS), _LISTS, strict=True):
            for ids in _pages(writer, name):
                page(label, ids)
        attempt("of the types of materials", lambda: derive_all_types(writer, nothing))
        if not failed:
            writer.unreached()
    finally:
        writer.close()
    return writer.found, [f"What is derived {step}, which cannot be derived ({why})." for step, why in failed.items()]


def _pages(writer: _ComparingWriter, name: str) -> Iterator[list[str]]:
    after = ""
    while page := [row[0] for row in writer.read(name, after=after, limit=PAGE)]:
        yield page
        after = page[-1]


def _touched(label: str, ids: list[str]) -> Touched:
    touched = Touched()
    touched.add(label, pa.array(ids, pa.string()))
    return touched
