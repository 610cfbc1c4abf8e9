"""What a case is: of each column, what the latest row by the order of its case says.

A row that says something else, or nothing where others speak, keeps that in its event's attributes: as
`case:<column>`, or `case.<field>` of what the mapping names (null for nothing). So what each event said of its
case can always be told again. Here a name is such a key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.event_rows import EventRows
from etl.mapped_rows import MappedRows, fragments, objects
from graph import identifiers
from graph.canonical import canonical, quoted
from graph.instants import parse, parse_one, utc_iso
from graph.upsert import node_table

COLUMN = "case:"
FIELD = "case."
_PROPERTY = {f"{FIELD}{p}": p for p in ("item_id", "region", "channel", "accepted_at")}
_ACCEPTED = f"{FIELD}accepted_at"


def said_of_cases(rows: EventRows) -> dict[str, pa.Array]:
    """What each row says of its case: name -> JSON or null."""
    fields = rows.mapped.fields
    given = {FIELD + p: _json_or_null(fields[p.removesuffix("_id")]) for p in ("item_id", "region", "channel")}
    given[_ACCEPTED] = _json_or_null(_instant_texts(rows.accepted.at_ms))
    for column in rows.mapped.case_columns:
        name, values = COLUMN + column.name, fragments(column)
        given[name] = pc.coalesce(given[name], values) if name in given else values
    return given


def prevailing(rows: EventRows, said: dict[str, pa.Array]) -> tuple[dict[str, pa.Array], list[tuple[str, pa.Array]]]:
    """By name what each case is, and the members that rows which say otherwise keep in their attributes."""
    by_case: dict[str, pa.Array] = {}
    deviations = []
    for name, values in said.items():
        encoded = values.dictionary_encode()
        codes = pc.fill_null(encoded.indices, -1).to_numpy()
        latest = np.full(len(rows.case_ids), -1)
        ordered = rows.order[codes[rows.order] >= 0]
        latest[rows.case[ordered]] = codes[ordered]
        by_case[name] = encoded.dictionary.take(pa.array(latest, mask=latest < 0))
        same = latest[rows.case] == codes
        if not same.all():
            kept = pc.if_else(pa.array(same), pa.scalar(None, pa.string()), pc.fill_null(values, "null"))
            deviations.append((name, kept))
    return by_case, deviations


def case_table(rows: EventRows, by_case: dict[str, pa.Array], empty: MappedRows, system: str, key: bytes) -> pa.Table:
    """The Case records: those of the rows, and traces without events."""
    latest = np.full(len(rows.case_ids), -1)
    latest[rows.case[rows.order]] = rows.order
    attributes = [(n.removeprefix(COLUMN), v) for n, v in by_case.items() if n not in _PROPERTY]
    table = node_table(
        "Case",
        rows.case_ids,
        rows.row.take(pa.array(latest)),
        **{p: _texts(by_case[n]) for n, p in _PROPERTY.items() if n != _ACCEPTED},
        accepted_at=_instants(_texts(by_case[_ACCEPTED])),
        attributes=objects(attributes, len(rows.case_ids)),
    )
    if not len(empty.fields):
        return table
    naturals = pc.fill_null(empty.fields["case"], "trace without a name").combine_chunks()
    without = node_table(
        "Case",
        identifiers.natural_id_column(key, system, naturals),
        empty.fields["row"].combine_chunks(),
        attributes=objects([(c.name, fragments(c)) for c in empty.case_columns], len(naturals)),
    )
    unseen = pc.invert(pc.is_in(without["id"], value_set=rows.case_ids))
    without = without.filter(unseen)
    _, first = np.unique(without["id"].to_numpy(), return_index=True)
    return pa.concat_tables([table, without.take(pa.array(np.sort(first)))])


def stated(case: Mapping[str, Any]) -> dict[str, str]:
    """What a Case record is, by name as JSON; the inverse of `content`."""
    found = {COLUMN + n: canonical(v) for n, v in json.loads(case["attributes"] or "{}").items()}
    for name, property_ in _PROPERTY.items():
        value = case[property_]
        if value is not None:
            found[name] = canonical(utc_iso(value) if name == _ACCEPTED else value)
    return found


def content(values: Mapping[str, str]) -> dict[str, Any]:
    """The content of a Case record that is this, by name as JSON."""
    attributes = {n.removeprefix(COLUMN): json.loads(v) for n, v in values.items() if n not in _PROPERTY}
    plain = {p: json.loads(values[n]) if n in values else None for n, p in _PROPERTY.items()}
    accepted = plain["accepted_at"]
    plain["accepted_at"] = None if accepted is None else parse_one(accepted)
    return {**plain, "attributes": canonical(attributes) if attributes else None}


def _instant_texts(at_ms: pa.Array) -> pa.Array:
    encoded = at_ms.dictionary_encode()
    texts = pa.array([utc_iso(at) for at in encoded.dictionary.to_pylist()], pa.string())
    return texts.take(encoded.indices)


def _instants(texts: pa.Array) -> pa.Array:
    return parse(texts, midnight_exact=True).at_ms


def _json_or_null(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return quoted(values)


def _texts(values: pa.Array) -> pa.Array:
    """The text of JSON strings."""
    encoded = values.dictionary_encode()
    return pa.array([json.loads(v) for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
