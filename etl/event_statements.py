"""A log's rows as what they state: events, their cases, actors and units, applicants, records and facts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.case_disputes import item_links
from etl.case_values import case_table, prevailing, said_of_cases
from etl.event_applicants import applicants
from etl.event_materials import event_materials
from etl.event_matters import matter_records
from etl.event_rows import EventRows, event_rows
from etl.facts import fact_records
from etl.mapped_rows import apply_mapping, empty_cases, fragments, objects
from etl.mapping import STAGES, ResolvedMapping
from etl.source_rows import SourceRows
from etl.statements import DERIVATION, Links, Statements
from graph import identifiers
from graph.canonical import quoted
from graph.upsert import link_table, node_table

_MENTIONED = frozenset({"Actor", "Unit", "Person", "Organisation", "Material", "ServiceItem", "Matter"})


def event_statements(source: SourceRows, mapping: ResolvedMapping, system: str, key: bytes) -> Statements:
    """Mapping, validation, identity and classification of the rows of one log."""
    mapped, empty = apply_mapping(source, mapping), empty_cases(source, mapping)
    rows = event_rows(mapped, mapping, system, key)
    by_case, deviations = prevailing(rows, said_of_cases(rows))
    events = _events(rows, mapping, deviations)
    cases = case_table(rows, by_case, empty, system, key)
    who = applicants(rows, mapping, system, key)
    what = event_materials(rows, mapping, system, key)
    facts = fact_records(who.statements, "Event", system, key)
    named = {
        label: _named(rows, label, field, system, key) for label, field in (("Actor", "actor"), ("Unit", "unit"))
    }
    nodes = {**named, **who.nodes, "ServiceItem": _items(rows), "Material": what.nodes}
    matters, part_of = matter_records(rows, mapping, key)
    nodes |= {"Matter": matters}
    nodes |= {"Case": cases, "Event": events, "Fact": facts.nodes}
    links = (
        *_links(rows, system, key),
        *who.links,
        *what.links,
        facts.states,
        facts.about,
        item_links(cases),
        *part_of,
    )
    return Statements(
        rows_in=len(source.numbers) + source.refused.num_rows + len(source.empty_numbers),
        nodes=nodes,
        links=links,
        partial=_MENTIONED,
        derivation=_derivation(rows, events),
        refused=pa.concat_tables([source.refused, rows.refused.rows]),
        kept_ids={"Event": rows.refused.event_ids, "Case": rows.refused.case_ids},
        unidentified=rows.refused.unknown + source.refused.num_rows,
        remarks=(*source.remarks, *what.remarks),
    )


def _events(rows: EventRows, mapping: ResolvedMapping, deviations: list[tuple[str, pa.Array]]) -> pa.Table:
    fields = rows.mapped.fields
    members: dict[str, pa.Array] = dict(deviations)
    for column in rows.mapped.event_columns:
        values = fragments(column)
        members[column.name] = pc.coalesce(members[column.name], values) if column.name in members else values
    stage = stages(fields["stage"], fields["activity"], mapping)
    unknown = _unknown_stages(fields["stage"], stage)
    if unknown.null_count < len(unknown):
        members[mapping.columns.get("stage", "stage")] = unknown
    return node_table(
        "Event",
        rows.ids,
        rows.row,
        activity=fields["activity"].combine_chunks(),
        lifecycle=fields["lifecycle"].combine_chunks(),
        stage=stage,
        at=rows.at.at_ms,
        offset=rows.at.offset,
        precision=rows.at.precision,
        recorded_at=rows.recorded.at_ms,
        outcome=fields["outcome"].combine_chunks(),
        attributes=objects(list(members.items()), len(rows.ids)),
    )


def stages(stage: pa.ChunkedArray, activity: pa.ChunkedArray, mapping: ResolvedMapping) -> pa.Array:
    """Classification: the stage as the source names it, or as the mapping gives it for the activity."""

    def translated(column: pa.ChunkedArray, table: dict[str, str]) -> pa.Array:
        encoded = column.combine_chunks().dictionary_encode()
        return pa.array([table.get(v) for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)

    return pc.coalesce(
        translated(stage, {**STAGES, **mapping.stage_values}), translated(activity, dict(mapping.stages))
    )


def _unknown_stages(said: pa.ChunkedArray, stage: pa.Array) -> pa.Array:
    """As JSON, the stages that a source names and nobody knows: they stay as an attribute."""
    text = pc.if_else(pc.and_(stage.is_null(), said.is_valid()), said, pa.scalar(None, pa.string()))
    return quoted(text)


def _derivation(rows: EventRows, events: pa.Table) -> pa.Table:
    columns = [rows.of_case, rows.ids, rows.sort_at, rows.seq, rows.at.at_ms, events["stage"]]
    return pa.table(columns, schema=DERIVATION)


def _items(rows: EventRows) -> pa.Table:
    named = rows.mapped.fields.select(["item", "row"]).filter(rows.mapped.fields["item"].is_valid())
    firsts = named.group_by("item").aggregate([("row", "min")])
    return node_table("ServiceItem", firsts["item"].combine_chunks(), firsts["row_min"].combine_chunks())


def _named(rows: EventRows, label: str, field: str, system: str, key: bytes) -> pa.Table:
    """The actors or units that rows name, each with the first row that does."""
    encoded = rows.mapped.fields[field].combine_chunks().dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    known, first = np.unique(codes, return_index=True)
    keep = known >= 0
    names = encoded.dictionary.take(pa.array(known[keep]))
    return node_table(label, _named_ids(names, label, system, key), rows.row.take(pa.array(first[keep])), name=names)


def _named_ids(names: pa.Array, label: str, system: str, key: bytes) -> pa.Array:
    if label == "Actor":
        return pa.array([identifiers.actor_id(key, system, n) for n in names.to_pylist()], pa.string())
    return identifiers.natural_id_column(key, system, names)


def _links(rows: EventRows, system: str, key: bytes) -> list[Links]:
    in_case = link_table("IN_CASE", ("Event", "Case"), rows.ids, rows.of_case, sort_at=rows.sort_at, seq=rows.seq)
    links = [Links("IN_CASE", "Event", in_case)]
    for type_, label, field in (("BY", "Actor", "actor"), ("IN_UNIT", "Unit", "unit")):
        encoded = rows.mapped.fields[field].combine_chunks().dictionary_encode()
        ids = _named_ids(encoded.dictionary, label, system, key).take(encoded.indices)
        role = {"role": rows.mapped.fields["role"].combine_chunks()} if type_ == "BY" else {}
        table = link_table(type_, ("Event", label), rows.ids, ids, **role)
        links.append(Links(type_, "Event", table.filter(ids.is_valid()) if ids.null_count else table))
    return links
