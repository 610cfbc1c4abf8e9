"""Graphs for the tests that hold the engines together: a few loads of small records, by hand or by hypothesis.

A history is written to a store by the way that every source takes: a load is opened, records and links are upserted,
what follows is derived, the load is committed, or left open, or abandoned. All labels and all asserted and decided
relationship types of the schema occur, so that a new query finds something to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import strategies as st

from graph import clock
from graph.clock import SourceOfLoad, open_load
from graph.derive import derive
from graph.schema import NODE, NODES, RELATIONSHIP, RELATIONSHIPS, Property, Relationship
from graph.settings import Settings
from graph.store import Store, Writer
from graph.touched import SUBJECTS, Touched, Written
from graph.upsert import ARROW, link_table, node_table, upsert_links, upsert_nodes, withdraw_stated_links

DAY = 86_400_000
NOON = 1_704_081_600_000  # 2024-01-01T04:00:00Z, noon in Shanghai
INSTANTS = (NOON, NOON + 1, NOON + DAY, -5 * DAY)
HOLDER = clock.new_holder()

# One set of ids for all labels: a query that leaves out a label of an end is found out. Beyond the first plane,
# order by code point and order by UTF-16 differ.
IDS = ("s:1", "s:￥2", "s:𠮷3", "t:一")
EVENT_IDS = (*IDS, "t:2", "s:乙")
LABELS = tuple(node.label for node in NODES if node.kind in {"asserted", "decided"})
TYPES = tuple(link for link in RELATIONSHIPS if link.kind != "derived")

VALUES: dict[str, tuple[Any, ...]] = {
    "field": ("name", "gender", "a"),
    "activity": ("受理", "办结", "𠮷"),
    "stage": ("acceptance", "review", "completion", "other"),
    "name": ("王五", "￥", "𠮷"),
    "item_id": ("s:1", "s:￥2", "item"),
    "at": INSTANTS,
    "accepted_at": (NOON, NOON + DAY),
    "sort_at": INSTANTS,
    "valid_from": ("2020-01-01", "2024-01-01"),
    "valid_to": ("2023-12-31", "2099-12-31"),
    "valid_until": ("2023-12-31", "2099-12-31"),
    "date": ("19800100", "20240101"),
    "role": ("经办", "复核"),
    "qualifier": ("原件", "copy"),
    "precision": ("day", "millisecond"),
    "attributes": ('{"备注":"x"}', "{}"),
    "required": (True, False),
    "synonyms": ('["a"]', "[]"),
    # A place that a decision gave is not one that a source states.
    "decision": (),
    "retention": ("永久", "30年", "10年"),
    "outcome": ("fail", "not_run"),
    "phase": ("GD", "YJ"),
    "run_id": ("a", "乙"),
    "medium": ("paper", "electronic"),
    "kind": ("a", "virtual", "system"),
    "code": ("a", "乙", "a-0007", "a-B0012"),
}
# What a label cannot do without.
NEEDED: dict[str, dict[str, Any]] = {"ItemVersion": {"valid_from": "2020-01-01"}}
OF_TYPE: dict[str, tuple[Any, ...]] = {
    "text": ("a", "乙", "𠮷"),
    "json": ('{"k":1}',),
    "integer": (0, 7, 9_007_199_254_740_993),
    "instant": INSTANTS,
    "boolean": (True, False),
    "real": (0.0, 0.5),
}


def ids_of(label: str) -> tuple[str, ...]:
    return EVENT_IDS if label == "Event" else IDS


def values_of(p: Property) -> tuple[Any, ...]:
    """What a property may hold in generated graphs; null comes first."""
    return (None, *VALUES.get(p.name, OF_TYPE[p.type]))


@dataclass(frozen=True)
class Link:
    """A link that a record states: `other` is the id at the end that is not the record's."""

    type: str
    ends: tuple[str, str]
    other: str
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> tuple[str, str]:
        end = 0 if RELATIONSHIP[self.type].stated_by == "to" else 1
        return self.ends[end], self.other

    @property
    def key(self) -> tuple[Any, ...]:
        names = RELATIONSHIP[self.type].key
        return (self.type, self.ends, self.other, *(self.properties.get(name) for name in names))


@dataclass(frozen=True)
class Record:
    """A record as one load states it, with all of its links."""

    label: str
    id: str
    content: dict[str, Any] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Withdrawal:
    """A record that a load takes back, with or without the links that it states."""

    label: str
    id: str
    with_links: bool


@dataclass(frozen=True)
class Step:
    """One load; `now` is what the clock says at its commit (epoch ms)."""

    records: tuple[Record, ...]
    withdrawals: tuple[Withdrawal, ...] = ()
    system: str = "s"
    mapping: str = "m"
    now: int = NOON
    end: Literal["done", "abandoned", "open"] = "done"


History = tuple[Step, ...]


def owner_end(link: Relationship) -> int:
    return 1 if link.stated_by == "to" else 0


@dataclass(frozen=True)
class OpenWrites:
    """A load that has written and is not committed."""

    store: Store
    number: int
    writer: Writer

    def give_up(self) -> None:
        """Ends the writer, takes back what it wrote, abandons the load."""
        self.writer.close()
        self.store.take_back(self.number)
        self.store.write("clock/abandon_load", number=self.number)


@contextmanager
def written(store: Store, settings: Settings, history: Iterable[Step]) -> Iterator[OpenWrites | None]:
    """Writes a history to a prepared store; gives its last load where that is left open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "new_holder", lambda: HOLDER)
        there: set[tuple[str, str]] = set()
        left = None
        for step in history:
            patch.setattr(clock, "now_ms", lambda step=step: step.now)
            left = _write(store, settings, step, there)
        try:
            yield left
        finally:
            if left is not None:
                left.writer.close()


def _write(store: Store, settings: Settings, step: Step, there: set[tuple[str, str]]) -> OpenWrites | None:
    source = SourceOfLoad("file.csv", step.system, "0f", step.mapping, "1e", "append", None)
    load = open_load(store, settings, source)
    left = OpenWrites(store, load.number, store.writer(load.number, load.holder, resumed=load.resumed))
    known = there | {(record.label, record.id) for record in step.records}
    written = state_records(left.writer, step.records)
    take_back_records(left.writer, step.withdrawals)
    derive_after(left.writer, step, known, written)
    find_after(left.writer, step)
    if step.end == "open":
        return left
    if step.end == "abandoned":
        left.give_up()
        return None
    there |= known
    counts = dict.fromkeys(("rows_in", "loaded", "unchanged", "quarantined", "withdrawn"), len(step.records))
    left.writer.commit({**counts, "now": step.now})
    left.writer.close()
    return None


def state_records(writer: Writer, records: tuple[Record, ...]) -> Written:
    of_label = {label: [record for record in records if record.label == label] for label in LABELS}
    upserted = {
        label: upsert_nodes(writer, label, _nodes(label, stated)) for label, stated in of_label.items() if stated
    }
    for label, found in upserted.items():
        owners = pa.array([record.id for record in of_label[label]], pa.string())
        for type_ in _stated_by(label):
            upsert_links(writer, type_, label, _links(type_, label, of_label[label]), owners, found)
    return Written(upserted)


def _stated_by(label: str) -> list[str]:
    return [link.type for link in TYPES if any(ends[owner_end(link)] == label for ends in link.ends)]


def _nodes(label: str, stated: list[Record]) -> pa.Table:
    columns = {
        p.name: pa.array([record.content.get(p.name) for record in stated], ARROW[p.type])
        for p in NODE[label].content
    }
    rows = pa.array(range(1, len(stated) + 1), pa.int64())
    return node_table(label, pa.array([record.id for record in stated], pa.string()), rows, **columns)


def _links(type_: str, label: str, stated: list[Record]) -> pa.Table:
    """The links of one type that records of one label state, whatever labels their other ends have."""
    declared = RELATIONSHIP[type_]
    own, other = owner_end(declared), 1 - owner_end(declared)
    tables = []
    for ends in (ends for ends in declared.ends if ends[own] == label):
        found = [
            (record.id, link)
            for record in stated
            for link in record.links
            if link.type == type_ and link.ends == ends
        ]
        ids = {
            own: pa.array([id_ for id_, _ in found], pa.string()),
            other: pa.array([link.other for _, link in found], pa.string()),
        }
        columns = {
            p.name: pa.array([link.properties.get(p.name) for _, link in found], ARROW[p.type])
            for p in declared.properties
        }
        tables.append(link_table(type_, ends, ids[0], ids[1], **columns))
    return pa.concat_tables(tables)


def take_back_records(writer: Writer, withdrawals: tuple[Withdrawal, ...]) -> None:
    for gone in withdrawals:
        ids = pa.array([gone.id], pa.string())
        if gone.with_links:
            for type_ in _stated_by(gone.label):
                withdraw_stated_links(writer, type_, gone.label, ids)
        writer.withdraw_nodes(gone.label, ids)


def derive_after(writer: Writer, step: Step, known: set[tuple[str, str]], written: Written) -> None:
    """Derives all cases, persons and organisations again, and the materials that came, changed or went."""
    touched = Touched()
    for label in ("Case", *SUBJECTS):
        touched.add(label, pa.array(sorted(id_ for of, id_ in known if of == label), pa.string()))
    gone = [withdrawal.id for withdrawal in step.withdrawals if withdrawal.label == "Material"]
    touched.add("Material", pa.array(gone, pa.string()))
    placed = [(event, link) for event in step.records for link in event.links if link.type == "IN_CASE"]
    events = pa.table(
        {
            "case_id": pa.array([link.other for _, link in placed], pa.string()),
            "event_id": pa.array([event.id for event, _ in placed], pa.string()),
            "sort_at": pa.array([link.properties.get("sort_at") for _, link in placed], pa.int64()),
            "seq": pa.array([link.properties.get("seq") for _, link in placed], pa.int64()),
            "at": pa.array([event.content.get("at") for event, _ in placed], pa.int64()),
            "stage": pa.array([event.content.get("stage") for event, _ in placed], pa.string()),
        }
    )
    derive(writer, touched, written, events)


def find_after(writer: Writer, step: Step) -> None:
    """One finding about each case that the load states, and about the events that it places in it."""
    cases = [record.id for record in step.records if record.label == "Case"]
    placed = [
        (f"r|{link.other}", record.id)
        for record in step.records
        for link in record.links
        if link.type == "IN_CASE" and link.other in cases
    ]
    ids = pa.array([f"r|{id_}" for id_ in cases], pa.string())
    said = {"rule": "r", "category": "actor", "severity": "high", "detail": "{}", "rule_set": f"set {writer.load}"}
    table = pa.table({"id": ids, **{name: pa.array([value] * len(ids), pa.string()) for name, value in said.items()}})
    stood = pc.is_in(ids, value_set=writer.existing("Finding", ids)["id"].combine_chunks())
    fresh = table.filter(pc.invert(stood))
    writer.replace_nodes("Finding", pa.array([], pa.string()), table.filter(stood), fresh)
    of_cases = link_table("FOUND", ("Finding", "Case"), ids, pa.array(cases, pa.string()))
    ends = [pa.array(list(ids_of), pa.string()) for ids_of in zip(*placed, strict=True)] or [
        pa.array([], pa.string())
    ] * 2
    of_events = link_table("FOUND", ("Finding", "Event"), *ends)
    writer.replace_links("FOUND", ids, fresh["id"].combine_chunks(), pa.concat_tables([of_cases, of_events]))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Two or three loads, each of a few records, of which later ones restate, change and withdraw earlier ones."""
    there: set[tuple[str, str]] = set()
    steps: list[Step] = []
    for place in range(draw(st.integers(2, 3))):
        is_last = place > 0 and not draw(st.booleans())
        end = "done" if place == 0 else draw(st.sampled_from(("done", "open") if is_last else ("done", "abandoned")))
        records = _with_targets(draw(_STATED), there)
        if place == 0:
            records = _with_all_of_the_lists(records)
        stated = {(record.label, record.id) for record in records}
        withdrawn = draw(_withdrawals(sorted(there - stated))) if there - stated else ()
        steps.append(
            Step(
                records,
                withdrawn,
                draw(st.sampled_from(("s", "t"))),
                draw(st.sampled_from(("m", "n"))),
                draw(st.sampled_from(INSTANTS)),
                end,
            )
        )
        if end == "done":
            there |= stated
        if is_last:
            break
    return tuple(steps)


def _contents(label: str) -> st.SearchStrategy[dict[str, Any]]:
    needed = NEEDED.get(label, {})
    optional = {p.name: st.sampled_from(values_of(p)) for p in NODE[label].content if p.name not in needed}
    return st.fixed_dictionaries({name: st.just(value) for name, value in needed.items()}, optional=optional)


def _link_strategies(label: str) -> list[st.SearchStrategy[Link]]:
    found = []
    for declared in TYPES:
        properties = st.fixed_dictionaries(
            {}, optional={p.name: st.sampled_from(values_of(p)) for p in declared.properties}
        )
        own = owner_end(declared)
        for ends in declared.ends:
            if ends[own] == label and ends[1 - own] in LABELS:
                other = st.sampled_from(ids_of(ends[1 - own]))
                found.append(st.builds(Link, st.just(declared.type), st.just(ends), other, properties))
    return found


def _records(label: str) -> st.SearchStrategy[Record]:
    stated = _link_strategies(label)
    links = st.lists(st.one_of(stated), max_size=4, unique_by=lambda link: link.key) if stated else st.just([])
    return st.builds(Record, st.just(label), st.sampled_from(ids_of(label)), _contents(label), links.map(tuple))


# Events are what most queries read, so half of the records are events.
_STATED = st.lists(
    st.one_of(_records("Event"), st.one_of([_records(label) for label in LABELS])),
    min_size=1,
    max_size=9,
    unique_by=lambda record: (record.label, record.id),
)


def _with_targets(records: list[Record], there: set[tuple[str, str]]) -> tuple[Record, ...]:
    """The records, and those that their links need and nobody has stated yet."""
    stated = {(record.label, record.id) for record in records} | there
    needed = {link.target for record in records for link in record.links} - stated
    return (*records, *(Record(label, id_, NEEDED.get(label, {})) for label, id_ in sorted(needed)))


def _with_all_of_the_lists(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """The records, and everything that is listed page by page, for a cursor names one that is there."""
    stated = {(record.label, record.id) for record in records}
    listed = ((label, id_) for label in ("Case", "Person") for id_ in IDS)
    return (*records, *(Record(*one) for one in listed if one not in stated))


def _withdrawals(there: list[tuple[str, str]]) -> st.SearchStrategy[tuple[Withdrawal, ...]]:
    # A source that takes an event back takes its links back with it.
    one = st.builds(
        lambda record, links: Withdrawal(*record, links or record[0] == "Event"),
        st.sampled_from(there),
        st.booleans(),
    )
    return st.lists(one, max_size=3, unique_by=lambda gone: (gone.label, gone.id)).map(tuple)
