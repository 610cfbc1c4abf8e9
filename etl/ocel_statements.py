"""What an OCEL log states: its objects as cases, people, units, materials and objects, its events and relations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.case_disputes import item_links
from etl.mapping import Mapping
from etl.ocel_facts import fact_statements
from etl.ocel_links import Related, event_links, object_links
from etl.ocel_log import OcelLog
from etl.ocel_objects import NATURAL, ObjectRecords, object_nodes, object_records
from etl.ocel_standing import Numbers, Places, Standing, array, codes, ends, refused, standing
from etl.ocel_values import ObjectValues, instants, json_objects, members, object_values
from etl.source_rows import REFUSED
from etl.statements import Links, Statements
from graph import identifiers
from graph.upsert import node_table

PARTIAL = frozenset({"Actor", "Unit", "Person", "Organisation", "ServiceItem"})
ORDER = ("Actor", "Unit", "Person", "Organisation", "ServiceItem", "Material", "Object", "Case", "Event", "Fact")


def ocel_statements(log: OcelLog, mapping: Mapping, system: str, key: bytes) -> Statements:
    """The statements of a log; docs/ocel.md says what becomes what.

    Rows are numbered from 1: objects, events, relations of events, relations of objects, values of objects
    with a date, rows that belong to no record; each in the order of the file.

    Raises MappingError where the mapping names an object type or attribute that the log does not declare.
    """
    objects = standing("object", log, 1, codes(log.objects["type"]))
    values = object_values(log.object_values, objects, mapping)
    numbers = Numbers.of(log, int(values.dated.sum()))
    events, event_nodes, event_place = _events(log, mapping, numbers, system, key)
    records = object_records(log, objects, values, mapping, system, key)
    facts, about = fact_statements(records, values, numbers.changes, numbers.objects, system, key)
    touched, dangling = _related("event", log.event_objects, events, objects, numbers.event_objects)
    related, dangling_objects = _related("object", log.object_objects, objects, objects, numbers.object_objects)
    links, derivation = event_links(touched, event_nodes, event_place, records, mapping.objects)
    nodes = {
        **object_nodes(records, numbers.objects, system, mapping.zone),
        "Event": event_nodes,
        "Fact": facts,
    }
    of_items: tuple[Links, ...] = ()
    if "Case" in nodes:
        nodes["ServiceItem"] = _items(nodes["Case"])
        of_items = (item_links(nodes["Case"]),)
    refused_changes = len(values.reasons) - values.reasons.null_count
    return Statements(
        rows_in=numbers.total,
        nodes={label: nodes[label] for label in ORDER if label in nodes},
        links=(*links, *object_links(related, records, mapping.objects), about, *of_items),
        partial=PARTIAL & nodes.keys(),
        derivation=derivation,
        refused=_refused(log, objects, events, values, (dangling, dangling_objects), numbers),
        kept_ids=_kept(records, events, system, key),
        unidentified=objects.ids.null_count + events.ids.null_count + refused_changes + log.strays.num_rows,
        own_cases=True,
        remarks=log.remarks,
    )


def _events(
    log: OcelLog, mapping: Mapping, numbers: Numbers, system: str, key: bytes
) -> tuple[Standing, pa.Table, Places]:
    """Which events stand, the records of them, and the place of each in the log."""
    table, said = log.events, log.event_values
    count = table.num_rows
    attributes = json_objects(
        said["place"].to_numpy(),
        array(said["field"]),
        members(array(said["kind"]), array(said["value"]), mapping.zone),
        count,
    )
    at, offset, precision, faults = instants(array(table["time"]), mapping)
    content = codes(table["type"], table["time"], attributes)
    events = standing("event", log, numbers.events, content, faults)
    kept = pa.array(events.stands)
    activity = array(table["type"]).filter(kept)
    stages = pa.array([mapping.stages.get(t) for t in activity.to_pylist()], pa.string())
    place = np.flatnonzero(events.stands)
    ids = identifiers.natural_ids(key, system, events.ids.filter(kept).to_pylist())
    nodes = node_table(
        "Event",
        pa.array(ids, pa.string()),
        pa.array(place + numbers.events, pa.int64()),
        activity=activity,
        stage=stages,
        at=at.filter(kept),
        offset=offset.filter(kept),
        precision=precision.cast(pa.string()).filter(kept),
        attributes=attributes.filter(kept),
    )
    return events, nodes, place


def _related(
    of: Any, relations: pa.Table, sources: Standing, objects: Standing, start: int
) -> tuple[Related, pa.Array]:
    """The relations whose ends both stand, and why each of the others does not."""
    from_place, to_place, reasons = ends(of, relations, sources, objects)
    good = reasons.is_null().to_numpy(zero_copy_only=False)
    rows = np.arange(len(good), dtype=np.int64) + start
    return Related(from_place, to_place, array(relations["qualifier"]), rows).where(good), reasons


def _refused(
    log: OcelLog,
    objects: Standing,
    events: Standing,
    values: ObjectValues,
    dangling: tuple[pa.Array, pa.Array],
    numbers: Numbers,
) -> pa.Table:
    """All rows set aside, each with its text."""
    dated = values.dated
    changes = log.object_values.filter(pa.array(dated))

    def row(table: pa.Table, place: int) -> dict[str, Any]:
        said: dict[str, Any] = table.slice(place, 1).to_pylist()[0]
        return {name: value for name, value in said.items() if value is not None}

    def record(table: pa.Table, said: pa.Table, place: int) -> dict[str, Any]:
        own = said.filter(pc.equal(said["place"], place)).drop_columns(["place"]).to_pylist()
        return {**row(table, place), **({"attributes": own} if own else {})}

    def change(place: int) -> dict[str, Any]:
        said = row(changes, place)
        return {"object": objects.ids[said.pop("place")].as_py(), **said}

    undated = log.object_values.filter(pa.array(~dated))
    return pa.concat_tables(
        [
            refused(numbers.objects, objects.reasons, lambda p: record(log.objects, undated, p)),
            refused(numbers.events, events.reasons, lambda p: record(log.events, log.event_values, p)),
            refused(numbers.event_objects, dangling[0], lambda p: row(log.event_objects, p)),
            refused(numbers.object_objects, dangling[1], lambda p: row(log.object_objects, p)),
            refused(numbers.changes, values.reasons.filter(pa.array(dated)), change),
            pa.table(
                [
                    pa.array(np.arange(log.strays.num_rows) + numbers.strays, pa.int64()),
                    array(log.strays["text"]),
                    array(log.strays["reason"]),
                ],
                schema=REFUSED,
            ),
        ]
    )


def _items(cases: pa.Table) -> pa.Table:
    """The service items that cases name, each with the first row that does."""
    named = cases.filter(cases["item_id"].is_valid())
    firsts = named.group_by("item_id").aggregate([("source_row", "min")])
    return node_table("ServiceItem", array(firsts["item_id"]), array(firsts["source_row_min"]))


def _kept(records: ObjectRecords, events: Standing, system: str, key: bytes) -> dict[str, pa.Array]:
    """The ids of events and objects whose row was set aside; one of an unknown type may stand under any label."""
    label = pa.array(records.label, pa.string())
    unknown = pc.invert(pc.is_in(records.types, value_set=pa.array(list(records.roles), pa.string())))

    def ids(standing: Standing, rows: pa.Array) -> pa.Array:
        named = standing.ids.filter(pc.and_(rows, pa.array(standing.first < 0))).drop_null().to_pylist()
        return pa.array(identifiers.natural_ids(key, system, dict.fromkeys(named)), pa.string())

    kept = {"Event": ids(events, pa.array([True] * len(events.ids), pa.bool_()))}
    for one in records.labels:
        if one in NATURAL:
            of_label = pc.or_(unknown, pc.fill_null(pc.equal(label, one), False))
            kept[one] = ids(records.standing, of_label)
    return {one: found for one, found in kept.items() if len(found)}
