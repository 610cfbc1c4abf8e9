"""What a file states, into the graph: records, links, what follows from them, and what they take back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.case_disputes import settled
from etl.statements import Links, Statements
from graph.derive import write_derived
from graph.schema import RELATIONSHIP
from graph.store import Writer
from graph.upsert import Linked, Upserted, link_table, upsert_links, upsert_nodes

_NONE = pa.array([], pa.string())


@dataclass
class _Changes:
    """What a load changed: the rows that say something new, the cases to be derived again, and the events that
    state less than before."""

    rows: list[pa.Array]
    cases: list[pa.Array]
    unstating: list[pa.Array]


def write(writer: Writer, statements: Statements, lost_cases: pa.Array) -> int:
    """Writes what a file states, and derives the cases that it touched and those that lost events.

    Gives how many rows changed something.
    """
    if "Case" in statements.nodes and not statements.own_cases:
        statements = settled(writer, statements)
    changes = _Changes([], [lost_cases], [_NONE])
    written = {
        label: upsert_nodes(writer, label, table, partial=label in statements.partial)
        for label, table in statements.nodes.items()
    }
    for label, table in statements.nodes.items():
        changes.rows.append(table["source_row"].filter(pa.array(written[label].changed)).combine_chunks())
    for links in statements.links:
        _write_links(writer, statements, links, written[links.owner], changes)
    if "Case" in statements.nodes:
        _withdraw_unstated_applicants(writer, statements, changes)
        _derive(writer, statements, written["Case"], changes)
    return len(pc.unique(pa.concat_arrays(changes.rows).drop_null()))


def _write_links(writer: Writer, statements: Statements, links: Links, owner: Upserted, changes: _Changes) -> None:
    records = statements.nodes[links.owner]
    ids = records["id"].combine_chunks()
    linked = upsert_links(writer, links.type, links.owner, links.table, ids, owner, adds_only=links.adds_only)
    changed = linked.owners
    if links.rows is not None:
        # The owner's row says something new only by a link that it no longer has.
        changed = linked.withdrawn[f"{RELATIONSHIP[links.type].stated_by}_id"]
        rows = links.rows.filter(pa.array(linked.new))
        changes.rows.append(pc.list_flatten(rows) if pa.types.is_list(rows.type) else rows)
    of_rows = pc.is_in(ids, value_set=changed)
    changes.rows.append(records["source_row"].filter(of_rows).combine_chunks())
    if links.type == "IN_CASE":
        changes.cases.append(linked.withdrawn["to_id"].combine_chunks().cast(pa.string()))
    if links.type == "STATES":
        changes.unstating.append(linked.withdrawn["from_id"].combine_chunks().cast(pa.string()))
        _withdraw_facts(writer, linked)


def _withdraw_facts(writer: Writer, linked: Linked) -> None:
    """A fact that its record states no more is withdrawn with what it is about: nobody else states it."""
    facts = pc.unique(linked.withdrawn["to_id"].combine_chunks().cast(pa.string()))
    if not len(facts):
        return
    lost = Upserted(*(np.zeros(len(facts), bool) for _ in range(3)))
    for type_, label in (("ABOUT", "Person"), ("CONCERNS", "Organisation")):
        upsert_links(writer, type_, "Fact", link_table(type_, ("Fact", label), _NONE, _NONE), facts, lost)
    writer.withdraw_nodes("Fact", facts)


def _withdraw_unstated_applicants(writer: Writer, statements: Statements, changes: _Changes) -> None:
    """An applicant whom no event of the case states any more, because one was corrected, is gone."""
    events = pc.unique(pa.concat_arrays(changes.unstating))
    if not len(events) or not any(links.type == "APPLIED" for links in statements.links):
        return
    of_events = pc.is_in(statements.derivation["event_id"], value_set=events)
    cases = pc.unique(statements.derivation["case_id"].filter(of_events).combine_chunks())
    rows = writer.read("find/stated_applicants", ids=cases.to_pylist())
    gone = [row for row in rows if not row[4]]
    if not gone:
        return
    by_column = [pa.array(column, pa.string()) for column in zip(*(row[:4] for row in gone), strict=True)]
    table = link_table("APPLIED", ("", "Case"), by_column[2], by_column[0], role=by_column[3])
    writer.withdraw_links("APPLIED", table.set_column(0, "from_label", by_column[1]))


def _derive(writer: Writer, statements: Statements, cases: Upserted, changes: _Changes) -> None:
    ids = statements.nodes["Case"]["id"].combine_chunks()
    touched = pc.unique(pa.concat_arrays([ids, *(c.cast(pa.string()) for c in changes.cases)]))
    fresh = ids.filter(pa.array(cases.absent))
    write_derived(writer, touched, fresh, statements.nodes["Case"], statements.derivation)
