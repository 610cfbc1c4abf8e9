"""An OCEL log that `dossier export` has written, read back: its objects say which records of the archive they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.archive_terms import (
    ID,
    LABEL,
    NAMELESS,
    OFFSET,
    PRECISION,
    PREFIX,
    REST,
    attribute,
    own_properties,
    property_value,
    relation_of,
)
from etl.event_rows import places
from etl.ocel_facts import ids_of_values
from etl.ocel_log import OcelLog
from etl.ocel_standing import NONE, Numbers, Standing, array, codes, ends, refused, standing
from etl.ocel_values import DAY_MS
from etl.source_rows import REFUSED
from etl.statements import DERIVATION, Links, Statements
from graph.canonical import canonical
from graph.instants import parse
from graph.schema import NODE, NODES, RELATIONSHIP, stated_by
from graph.upsert import ARROW, ENDS, link_table, node_table

# Records that others only mention: what a log says of them adds to what is known, and takes nothing back.
_MENTIONED = frozenset({"Actor", "Unit", "Person", "Organisation", "ServiceItem", "MaterialType"})
_LABELS = tuple(node.label for node in NODES if node.kind == "asserted" and node.label != "Event")


def is_of_archive(log: OcelLog) -> bool:
    """Whether `dossier export` has written a log: its types declare the label of the record."""
    return bool(pc.any(pc.equal(log.declared["field"], LABEL)).as_py())


@dataclass
class _Records:
    """What the objects and events say: per label ids, rows and values, and where each object went."""

    ids: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    said: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, label: str, id_: str, row: int, said: dict[str, Any]) -> None:
        self.ids[label].append(id_)
        self.rows[label].append(row)
        self.said[label].append(said)

    def table(self, label: str) -> pa.Table:
        said = self.said[label]
        content = {
            p.name: pa.array([one.get(p.name) for one in said], ARROW[p.type])
            for p in NODE[label].content
            if any(p.name in one for one in said)
        }
        return node_table(
            label, pa.array(self.ids[label], pa.string()), pa.array(self.rows[label], pa.int64()), **content
        )


def archive_statements(log: OcelLog, key: bytes) -> Statements:
    """The records and links of the log, under the ids that they had; rows are numbered as in other OCEL logs.

    Set aside are objects without a label of the archive, and what any OCEL log would have set aside.
    """
    given = _values_by_place(log)
    labels = _labels(log, given)
    objects = standing("object", log, 1, codes(log.objects["type"], _contents(given, len(log.objects))), labels)
    numbers = Numbers.of(log, sum(at is not None for of in given.values() for *_, at in of))
    event_values = _values_of_events(log)
    contents = _contents(event_values, len(log.events))
    times = parse(array(log.events["time"]), midnight_exact=True)
    unread = pc.if_else(times.unreadable, "its time is no instant that is known", NONE)
    events = standing("event", log, numbers.events, codes(log.events["type"], log.events["time"], contents), unread)
    records = _Records()
    refs: dict[int, tuple[str, str]] = {}
    for place in np.flatnonzero(objects.stands).tolist():
        said = {name: (kind, text) for name, kind, text, at in given.get(place, ()) if at is None}
        label = said[LABEL][1]
        id_ = said[ID][1] if ID in said else objects.ids[place].as_py()
        refs[place] = (label, id_)
        records.add(label, id_, place + 1, _content(label, said))
    names = array(log.events["type"]).to_pylist()
    at_ms, offsets, precisions = (a.to_pylist() for a in (times.at_ms, times.offset, times.precision))
    event_places: dict[int, int] = {}
    for place in np.flatnonzero(events.stands).tolist():
        said = {name: (kind, text) for name, kind, text, _ in event_values.get(place, ())}
        content = _content("Event", said)
        content |= {"activity": None if names[place] == NAMELESS else names[place], "at": at_ms[place]}
        content["offset"] = _other(said, OFFSET, offsets[place], -1)
        content["precision"] = _other(said, PRECISION, precisions[place], "none")
        event_places[place] = len(records.ids["Event"])
        records.add("Event", events.ids[place].as_py(), place + numbers.events, content)
    facts, about = _changes(given, objects, refs, numbers, key)
    for fact_id, row, content in facts:
        records.add("Fact", fact_id, row, content)
    linked: list[tuple[Any, ...]] = [
        ("ABOUT", "Fact", fact_id, *subject, {}, row) for (fact_id, row, _), subject in zip(facts, about, strict=True)
    ]
    dangling = []
    for of, relations, sources, start in (
        ("event", log.event_objects, events, numbers.event_objects),
        ("object", log.object_objects, objects, numbers.object_objects),
    ):
        from_place, to_place, reasons = ends(of, relations, sources, objects)  # type: ignore[arg-type]
        why = reasons.to_pylist()
        qualifiers = relations["qualifier"].to_pylist()
        for place, (a, b) in enumerate(zip(from_place.tolist(), to_place.tolist(), strict=True)):
            if why[place] is None:
                source = refs[a] if of == "object" else ("Event", events.ids[a].as_py())
                type_, said_ = relation_of(qualifiers[place], source[0], refs[b][0])
                if (source[0], refs[b][0]) in RELATIONSHIP[type_].ends and RELATIONSHIP[type_].kind == "asserted":
                    linked.append((type_, *source, *refs[b], said_, place + start))
                else:
                    why[place] = f"{type_} does not lead from {source[0]} to {refs[b][0]}"
        dangling.append((start, pa.array(why, pa.string()), relations))
    nodes = {label: records.table(label) for label in (*_LABELS, "Event") if records.ids.get(label)}
    links, derivation = _links(linked, nodes)
    return Statements(
        rows_in=numbers.total,
        nodes=nodes,
        links=links,
        partial=_MENTIONED & nodes.keys(),
        derivation=derivation,
        refused=_refused(log, objects, events, dangling, numbers),
        unidentified=objects.ids.null_count + events.ids.null_count + log.strays.num_rows,
        own_cases=True,
        remarks=log.remarks,
    )


Value = tuple[str, str, str, int | None]


def _values_by_place(log: OcelLog) -> dict[int, list[Value]]:
    """Field, kind, text and since when (epoch ms, None from the start) of the values of each object."""
    table = log.object_values
    at = parse(array(table["time"]), midnight_exact=True).at_ms.to_pylist()
    columns = (table[name].to_pylist() for name in ("place", "field", "kind", "value"))
    found: dict[int, list[Value]] = defaultdict(list)
    for place, name, kind, text, since in zip(*columns, at, strict=True):
        if text is not None:
            found[place].append((name, kind, text, None if since is None or abs(since) <= DAY_MS else since))
    return found


def _values_of_events(log: OcelLog) -> dict[int, list[Value]]:
    columns = (log.event_values[name].to_pylist() for name in ("place", "field", "kind", "value"))
    found: dict[int, list[Value]] = defaultdict(list)
    for place, name, kind, text in zip(*columns, strict=True):
        found[place].append((name, kind, text, None))
    return found


def _contents(values: Mapping[int, list[Value]], count: int) -> pa.Array:
    """What is said of each record as one text, to tell whether two rows of one id say the same."""
    return pa.array([canonical(values.get(place, [])) for place in range(count)], pa.string())


def _labels(log: OcelLog, given: Mapping[int, list[Value]]) -> pa.Array:
    """Why an object is none of the archive; null where it is one."""
    reasons = []
    for place in range(log.objects.num_rows):
        label = next((text for name, _, text, at in given.get(place, ()) if name == LABEL and at is None), None)
        wrong = label not in _LABELS
        reasons.append(f"its {LABEL} is {label!r}, which is no label of the archive" if wrong else None)
    return pa.array(reasons, pa.string())


def _content(label: str, said: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The properties of a record that attributes say."""
    content: dict[str, Any] = {}
    for p in own_properties(label):
        if f"{PREFIX}{p.name}" in said:
            content[p.name] = property_value(p, said[f"{PREFIX}{p.name}"][1])
    if any(p.name == "attributes" for p in NODE[label].content):
        plain = {name: attribute(*value) for name, value in said.items() if not name.startswith(PREFIX)}
        plain |= json.loads(said[REST][1]) if REST in said else {}
        content["attributes"] = canonical(plain) if plain else None
    return content


def _other(said: Mapping[str, tuple[str, str]], name: str, read: Any, nothing: object) -> Any:
    """What an attribute says instead of what the time does; `nothing` stands for null."""
    if name not in said:
        return read
    value: object = int(said[name][1]) if isinstance(nothing, int) else said[name][1]
    return None if value == nothing else value


def _changes(
    given: Mapping[int, list[Value]],
    objects: Standing,
    refs: Mapping[int, tuple[str, str]],
    numbers: Numbers,
    key: bytes,
) -> tuple[list[tuple[str, int, dict[str, Any]]], list[tuple[str, str]]]:
    """The Facts that values with a date are: id, row and content of each, and whom it is about."""
    rows: list[tuple[int, int, Value]] = []
    number = numbers.changes
    for place in sorted(given):
        for value in given[place]:
            if value[3] is not None:
                if objects.stands[place]:
                    rows.append((number, place, value))
                number += 1
    ids: dict[int, str] = {}
    for system in sorted({refs[place][1].partition(":")[0] for _, place, _ in rows}):
        of = [row for row in rows if refs[row[1]][1].partition(":")[0] == system]
        own = [_own_id(given[place], refs[place][1]) for _, place, _ in of]
        made = ids_of_values(
            pa.array(own, pa.string()),
            pa.array([value[3] for *_, value in of], pa.int64()),
            pa.array([refs[place][1] for _, place, _ in of], pa.string()),
            pa.array([value[0] for *_, value in of], pa.string()),
            system,
            key,
        )
        ids |= {row[0]: id_ for row, id_ in zip(of, made.to_pylist(), strict=True)}
    facts = []
    for row, _, (name, kind, text, at) in rows:
        stated: dict[str, Any] = {"number": int(text)} if kind == "int" else {"value": text}
        facts.append((ids[row], row, {"field": name, "stated_at": at, **stated}))
    return facts, [refs[place] for _, place, _ in rows]


def _own_id(values: list[Value], id_: str) -> str:
    """The id that the object of a record had in its source."""
    said = next(
        (text for name, kind, text, at in values if name == "ocel:id" and kind == "text" and at is None), None
    )
    return said if said is not None else id_.partition(":")[2]


def _links(linked: list[tuple[Any, ...]], nodes: Mapping[str, pa.Table]) -> tuple[tuple[Links, ...], pa.Table]:
    """All links by type and owner, and what the order of the cases is computed from."""
    by: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for one in linked:
        end = 1 if RELATIONSHIP[one[0]].stated_by != "to" else 3
        by[one[0], one[end]].append(one)
    found, derivation = [], DERIVATION.empty_table()
    for label in nodes:
        for link in stated_by(label):
            rows = by.pop((link.type, label), [])
            if link.type == "IN_CASE":
                made, derivation = _in_case(rows, nodes["Event"])
            else:
                made = _table(link.type, rows)
            numbers = pa.array([row[-1] for row in rows], pa.int64())
            found.append(Links(link.type, label, made, adds_only=label in _MENTIONED, rows=numbers))
    return tuple(found), derivation


def _table(type_: str, rows: list[tuple[Any, ...]], **properties: pa.Array) -> pa.Table:
    given = {
        p.name: pa.array([row[5].get(p.name) for row in rows], ARROW[p.type])
        for p in RELATIONSHIP[type_].properties
        if p.name not in properties
    }
    from_ids, to_ids = (pa.array([row[place] for row in rows], pa.string()) for place in (2, 4))
    table = link_table(type_, ("", ""), from_ids, to_ids, **given, **properties)
    for name, place in (("from_label", 1), ("to_label", 3)):
        labels = pa.array([row[place] for row in rows], pa.string())
        table = table.set_column(ENDS.index(name), name, labels)
    return table


def _in_case(rows: list[tuple[Any, ...]], events: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The cases of events, and their places in them, by the order of the events in the log."""
    order = {id_: place for place, id_ in enumerate(events["id"].to_pylist())}
    sorting = sorted(range(len(rows)), key=lambda n: order[rows[n][2]])
    placed = [order[rows[n][2]] for n in sorting]
    at = array(events["at"]).take(pa.array(placed, pa.int64()))
    code = codes(pa.array([rows[n][4] for n in sorting], pa.string()))
    sort_at, seq = places(code, at)
    back = pa.array(np.argsort(np.array(sorting, np.int64), kind="stable"), pa.int64())
    sort_at, seq, at = sort_at.take(back), seq.take(back), at.take(back)
    table = _table("IN_CASE", rows, sort_at=sort_at, seq=seq)
    stage = array(events["stage"]).take(pa.array([order[row[2]] for row in rows], pa.int64()))
    return table, pa.table([table["to_id"], table["from_id"], sort_at, seq, at, stage], schema=DERIVATION)


def _refused(
    log: OcelLog,
    objects: Standing,
    events: Standing,
    dangling: list[tuple[int, pa.Array, pa.Table]],
    numbers: Numbers,
) -> pa.Table:
    """All rows set aside, each with its text."""

    def row(table: pa.Table, place: int) -> dict[str, Any]:
        said: dict[str, Any] = table.slice(place, 1).to_pylist()[0]
        return {name: value for name, value in said.items() if value is not None}

    strays = pa.array(np.arange(log.strays.num_rows) + numbers.strays, pa.int64())
    return pa.concat_tables(
        [
            refused(numbers.objects, objects.reasons, lambda place: row(log.objects, place)),
            refused(numbers.events, events.reasons, lambda place: row(log.events, place)),
            *(
                refused(start, reasons, lambda place, table=table: row(table, place))  # type: ignore[misc]
                for start, reasons, table in dangling
            ),
            pa.table([strays, array(log.strays["text"]), array(log.strays["reason"])], schema=REFUSED),
        ]
    )
