"""Where a file and the store disagree about a case: the latest event by the order of the case has its way,
whatever the order in which they were loaded."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from etl import case_values
from etl.statements import Links, Statements
from graph.canonical import canonical
from graph.schema import NODE
from graph.store import Writer
from graph.upsert import ARROW, amend_nodes, link_table, salts, withdraw_stated_links

_LAST = 1 << 63


@dataclass(frozen=True)
class _Said:
    """One event of a disputed case: its place, what it says of the case, and its other attributes."""

    id: str
    place: tuple[int, int, str]
    values: dict[str, str]
    own: dict[str, Any]
    stored: str | None


def settled(writer: Writer, statements: Statements, bereft: pa.Array) -> Statements:
    """The statements with the cases as the store and the file together have them.

    `bereft` are cases that have lost events, by withdrawal or because the file moves them to another case.
    Standing events whose row says otherwise than what prevails now are amended at once, and so are cases that
    the file does not hold.
    """
    cases = statements.nodes["Case"]
    disputed = _disputed(writer, cases, bereft)
    if not disputed:
        return statements
    places = {id_: i for i, id_ in enumerate(cases["id"].to_pylist()) if id_ in disputed}
    ours = _of_file(statements, disputed, {id_: cases.slice(i, 1).to_pylist()[0] for id_, i in places.items()})
    theirs = _of_store(writer, disputed, statements.derivation["event_id"])
    new_cases: dict[str, dict[str, Any]] = {}
    new_attributes: dict[str, str | None] = {}
    amended: dict[str, str | None] = {}
    for id_ in disputed:
        events = sorted([*ours[id_], *theirs[id_]], key=lambda e: e.place)
        if not events:
            continue
        won = _won(events)
        new_cases[id_] = case_values.content(won)
        for event in events:
            text = _attributes(event, won)
            if event.stored is None:
                new_attributes[event.id] = text
            elif text != (event.stored or None):
                amended[event.id] = text
    amend_nodes(
        writer,
        "Event",
        pa.array(list(amended), pa.string()),
        attributes=pa.array(list(amended.values()), pa.string()),
    )
    _amend_cases(writer, {id_: new for id_, new in new_cases.items() if id_ not in places}, disputed)
    nodes = {
        **statements.nodes,
        "Case": _replaced(cases, {id_: new for id_, new in new_cases.items() if id_ in places}),
        "Event": _replaced(statements.nodes["Event"], {i: {"attributes": t} for i, t in new_attributes.items()}),
    }
    links = [one for one in statements.links if (one.type, one.owner) != ("OF_ITEM", "Case")]
    return replace(statements, nodes=nodes, links=(*links, item_links(nodes["Case"])))


def item_links(cases: pa.Table) -> Links:
    """OF_ITEM of Case records."""
    named = cases.filter(cases["item_id"].is_valid())
    ids, items = named["id"].combine_chunks(), named["item_id"].combine_chunks()
    return Links("OF_ITEM", "Case", link_table("OF_ITEM", ("Case", "ServiceItem"), ids, items))


def left(writer: Writer, statements: Statements) -> pa.Array:
    """The cases from which the file moves standing events to others."""
    derivation = statements.derivation
    stood = writer.links_of("IN_CASE", "Event", derivation["event_id"].combine_chunks())
    at = pc.index_in(stood["from_id"], value_set=derivation["event_id"].combine_chunks())
    moved = pc.not_equal(stood["to_id"], derivation["case_id"].take(at))
    return stood["to_id"].filter(moved).combine_chunks().cast(pa.string())


def _amend_cases(writer: Writer, new: dict[str, dict[str, Any]], stored: dict[str, dict[str, Any]]) -> None:
    """Gives cases that the file does not hold what their remaining events say."""
    changed = {id_: one for id_, one in new.items() if any(stored[id_][name] != v for name, v in one.items())}
    columns = {name: [one[name] for one in changed.values()] for one in changed.values() for name in one}
    types = {p.name: ARROW[p.type] for p in NODE["Case"].content}
    ids = pa.array(list(changed), pa.string())
    amend_nodes(writer, "Case", ids, **{name: pa.array(values, types[name]) for name, values in columns.items()})
    items = {id_: one["item_id"] for id_, one in changed.items() if stored[id_]["item_id"] != one["item_id"]}
    withdraw_stated_links(writer, "OF_ITEM", "Case", pa.array(list(items), pa.string()))
    links = item_links(pa.table({"id": pa.array(list(items), pa.string()), "item_id": list(items.values())}))
    writer.new_links("OF_ITEM", links.table.append_column("salt", salts(links.table.num_rows)))


def _disputed(writer: Writer, cases: pa.Table, bereft: pa.Array) -> dict[str, dict[str, Any]]:
    """The standing Case records that are otherwise than the file has them, or have lost events."""
    ids = pc.unique(pa.concat_arrays([cases["id"].combine_chunks(), bereft]))
    stored = writer.existing("Case", ids)
    stored = stored.filter(stored["withdrawn"].is_null())
    if not stored.num_rows:
        return {}
    given = cases.take(pc.index_in(stored["id"], value_set=cases["id"].combine_chunks()))
    other = pc.is_in(stored["id"].combine_chunks(), value_set=bereft)
    for p in NODE["Case"].content:
        a, b = given[p.name].combine_chunks(), stored[p.name].combine_chunks().cast(given[p.name].type)
        same = pc.or_(pc.fill_null(pc.equal(a, b), False), pc.and_(a.is_null(), b.is_null()))
        other = pc.or_(other, pc.invert(same))
    return {record["id"]: record for record in stored.filter(other).to_pylist()}


def _of_file(
    statements: Statements, disputed: dict[str, Any], cases: dict[str, dict[str, Any]]
) -> dict[str, list[_Said]]:
    found: dict[str, list[_Said]] = defaultdict(list)
    derivation, events = statements.derivation, statements.nodes["Event"]
    chosen = pc.is_in(derivation["case_id"], value_set=pa.array(list(disputed), pa.string()))
    by_case = {id_: case_values.stated(case) for id_, case in cases.items()}
    attributes = events["attributes"].filter(chosen).to_pylist()
    for row, text in zip(derivation.filter(chosen).to_pylist(), attributes, strict=True):
        found[row["case_id"]].append(_said(row, text, by_case[row["case_id"]], None))
    return found


def _of_store(
    writer: Writer, disputed: dict[str, dict[str, Any]], of_file: pa.ChunkedArray
) -> dict[str, list[_Said]]:
    """What the standing events of cases say of them, but for those that the file states, whose rows are `of_file`."""
    found: dict[str, list[_Said]] = defaultdict(list)
    by_case = {id_: case_values.stated(case) for id_, case in disputed.items()}
    names = ("case_id", "event_id", "sort_at", "seq", "attributes")
    rows = [
        dict(zip(names, values, strict=True)) for values in writer.read("derive/case_statements", ids=list(disputed))
    ]
    ids = pa.array([row["event_id"] for row in rows], pa.string())
    for row, stated in zip(rows, pc.is_in(ids, value_set=of_file.combine_chunks()).to_pylist(), strict=True):
        if not stated:
            found[row["case_id"]].append(
                _said(row, row["attributes"], by_case[row["case_id"]], row["attributes"] or "")
            )
    return found


def _said(row: dict[str, Any], text: str | None, case: dict[str, str], stored: str | None) -> _Said:
    attributes: dict[str, Any] = json.loads(text or "{}")
    marks = (case_values.COLUMN, case_values.FIELD)
    otherwise = {n: v for n, v in attributes.items() if n.startswith(marks)}
    values = {n: v for n, v in case.items() if n not in otherwise}
    values |= {n: canonical(v) for n, v in otherwise.items() if v is not None}
    place = (_LAST if row["sort_at"] is None else row["sort_at"], row["seq"] or 0, row["event_id"])
    own = {n: v for n, v in attributes.items() if n not in otherwise}
    return _Said(row["event_id"], place, values, own, stored)


def _won(events: list[_Said]) -> dict[str, str]:
    won: dict[str, str] = {}
    for event in events:
        won |= event.values
    return won


def _attributes(event: _Said, won: dict[str, str]) -> str | None:
    otherwise = {
        name: json.loads(event.values[name]) if name in event.values else None
        for name, value in won.items()
        if event.values.get(name) != value
    }
    attributes = {**event.own, **otherwise}
    return canonical(attributes) if attributes else None


def _replaced(table: pa.Table, changes: dict[str, dict[str, Any]]) -> pa.Table:
    """The table with other values in the rows of some ids."""
    at = pc.index_in(table["id"], value_set=pa.array(list(changes), pa.string()))
    chosen = at.is_valid()
    for name in {n for change in changes.values() for n in change}:
        new = pa.array([change[name] for change in changes.values()], table[name].type).take(at)
        table = table.set_column(table.column_names.index(name), name, pc.if_else(chosen, new, table[name]))
    return table
