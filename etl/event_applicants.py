"""Who applies in the rows of a log: persons and organisations, their registration data, and other statements."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from etl.event_rows import EventRows
from etl.facts import statements_table
from etl.mapping import Applicant, Constant, FactColumn, ResolvedMapping
from etl.statements import Links
from graph.identifiers import SUBJECT_LABEL, subject_ids
from graph.upsert import link_table, node_table

NUMBER_FIELD = {"person": "id_no", "organisation": "credit_code"}


@dataclass(frozen=True)
class Applicants:
    """Person and Organisation records, APPLIED, and statements (etl.facts.COLUMNS) of the rows."""

    nodes: dict[str, pa.Table]
    links: tuple[Links, ...]
    statements: list[pa.Table]


def applicants(rows: EventRows, mapping: ResolvedMapping, system: str, key: bytes) -> Applicants:
    """The applicants that the mapping names."""
    named = [(one, _ids(rows, one, system, key)) for one in mapping.applicants]
    nodes, tables = {}, []
    for label in ("Person", "Organisation"):
        of_label = [(one, ids) for one, ids in named if SUBJECT_LABEL[one.kind] == label]
        nodes[label] = _records(rows, label, [ids for _, ids in of_label])
        tables += [_applied(rows, label, one, ids) for one, ids in of_label]
    links = Links("APPLIED", "Case", _once(pa.concat_tables(tables)), adds_only=True) if tables else None
    statements = [table for one, ids in named for table in _registration(rows, one, ids)]
    statements += [table for fact in mapping.facts for table in _facts(rows, fact, named)]
    return Applicants(nodes, (links,) if links else (), statements)


def _column(rows: EventRows, name: str | None) -> pa.Array:
    return pa.nulls(len(rows.ids), pa.string()) if name is None else rows.mapped.named[name]


def _ids(rows: EventRows, one: Applicant, system: str, key: bytes) -> pa.Array:
    return subject_ids(
        one.kind,
        system,
        key,
        numbers=_column(rows, one.number),
        keys=_column(rows, one.key),
        names=_column(rows, one.name),
        birth_dates=_column(rows, one.birth_date),
    )


def _records(rows: EventRows, label: str, ids: list[pa.Array]) -> pa.Table:
    table = pa.table(
        {
            "id": pa.chunked_array([*ids, pa.array([], pa.string())]),
            "row": pa.chunked_array([*(rows.row for _ in ids), pa.array([], pa.int64())]),
        }
    )
    firsts = table.filter(table["id"].is_valid()).group_by("id").aggregate([("row", "min")])
    return node_table(label, firsts["id"].combine_chunks(), firsts["row_min"].combine_chunks())


def _applied(rows: EventRows, label: str, one: Applicant, ids: pa.Array) -> pa.Table:
    said = ids.is_valid()
    role = one.role.constant if isinstance(one.role, Constant) else None
    roles = pa.repeat(pa.scalar(role, pa.string()), len(ids)) if not isinstance(one.role, str) else None
    roles = _column(rows, str(one.role)) if roles is None else roles
    return link_table(
        "APPLIED", (label, "Case"), ids.filter(said), rows.of_case.filter(said), role=roles.filter(said)
    )


def _once(table: pa.Table) -> pa.Table:
    """Each link once: the rows of a case repeat its applicants."""
    return table.group_by(table.column_names, use_threads=False).aggregate([]).select(table.column_names)


def _registration(rows: EventRows, one: Applicant, ids: pa.Array) -> list[pa.Table]:
    columns = {NUMBER_FIELD[one.kind]: one.number, "key": one.key, "name": one.name, "birth_date": one.birth_date}
    given = {field: column for field, column in {**columns, **one.facts}.items() if column is not None}
    return [_about(rows, SUBJECT_LABEL[one.kind], ids, field, column) for field, column in given.items()]


def _facts(rows: EventRows, fact: FactColumn, named: list[tuple[Applicant, pa.Array]]) -> list[pa.Table]:
    if fact.about == "case":
        subjects = [("Case", rows.of_case)]
    else:
        subjects = [(SUBJECT_LABEL[one.kind], ids) for one, ids in named]
    valid = {name: _column(rows, getattr(fact, name)) for name in ("valid_from", "valid_to")}
    return [_about(rows, label, ids, fact.field, fact.column, unit=fact.unit, **valid) for label, ids in subjects]


def _about(
    rows: EventRows, label: str, ids: pa.Array, field: str, column: str, **more: pa.Array | str | None
) -> pa.Table:
    stated_at = pc.coalesce(rows.recorded.at_ms, rows.at.at_ms)
    return statements_table(
        len(rows.ids),
        record=rows.ids,
        subject_label=label,
        subject=ids,
        field=field,
        value=_column(rows, column),
        stated_at=stated_at,
        row=rows.row,
        **more,
    )
