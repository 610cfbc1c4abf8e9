"""What a file states, into the graph: records, links, what follows from them, and what they take back."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from etl.case_disputes import left, settled
from etl.statements import Links, Statements
from graph.derive import derive
from graph.derive_records import table_of
from graph.schema import RELATIONSHIP
from graph.store import Writer
from graph.touched import SUBJECTS, Touched, Written
from graph.upsert import (
    Linked,
    Upserted,
    link_table,
    upsert_links,
    upsert_nodes,
    withdraw_links,
    withdraw_stated_links,
)

_NONE = pa.array([], pa.string())
_APPLIED = pa.schema(
    [(name, pa.string()) for name in ("case_id", "subject_label", "subject_id", "role")] + [("load", pa.int64())]
)


@dataclass
class _Changes:
    """What a load changed: the rows that say something new, what has to be derived again, and the events that
    state less than before; `unapplied` are standing applications of its cases that the file does not state,
    `unjoined` matters of them."""

    touched: Touched
    rows: list[pa.Array] = field(default_factory=list)
    unstating: list[pa.Array] = field(default_factory=lambda: [_NONE])
    unapplied: pa.Table | None = None
    unjoined: pa.Table | None = None


@dataclass(frozen=True)
class Wrote:
    """`changed` counts the rows that changed something, `erased` the records that were left out because what they
    say was erased by order; their rows say nothing new that is kept, and count as unchanged."""

    changed: int
    erased: int

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report."""
        if not self.erased:
            return ()
        return (
            f"Records that were erased by order and are stated again: {self.erased:,}. They stay erased; their rows "
            "count as unchanged. `dossier decisions --kind erasure` lists the orders.",
        )


def write(writer: Writer, statements: Statements, withdrawn: Touched) -> Wrote:
    """Writes what a file states, and derives what it touched and what lost something by withdrawals.

    The tables of `statements` are let go as they are written.
    """
    bereft = withdrawn.of("Case")
    if "Case" in statements.nodes and not statements.own_cases:
        bereft = pc.unique(pa.concat_arrays([bereft, left(writer, statements)]))
        statements = settled(writer, statements, bereft)
    changes = _Changes(withdrawn)
    records = {}
    for label in statements.nodes:
        records[label] = upsert_nodes(writer, label, statements.nodes[label], partial=label in statements.partial)
        statements.let_go(label)
    written = Written(records)
    for label, table in statements.nodes.items():
        changes.rows.append(table["source_row"].filter(pa.array(written.records[label].changed)).combine_chunks())
    for links in statements.links:
        _write_links(writer, statements, links, written.records[links.owner], changes)
    _withdraw_unstated_applicants(writer, statements, changes, bereft)
    if changes.unjoined is not None:
        withdraw_links(writer, "PART_OF", _of_whole_cases(writer, statements, changes.unjoined, "from_id"))
    _touch(writer, statements, written, changes.touched)
    derive(writer, changes.touched, written, _not_erased(statements.derivation, written))
    changed = len(pc.unique(pa.concat_arrays(changes.rows).drop_null()))
    return Wrote(changed, sum(int(of.erased.sum()) for of in records.values()))


def _not_erased(events: pa.Table, written: Written) -> pa.Table:
    """What the file says of events, without those that were erased: of them the store's empty content counts."""
    erased = written.records["Event"].erased_ids if "Event" in written.records else _NONE
    return events.filter(pc.invert(pc.is_in(events["event_id"], value_set=erased))) if len(erased) else events


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
    if not owner.changed.all():
        of_rows = pc.is_in(ids, value_set=changed)
        changes.rows.append(records["source_row"].filter(of_rows).combine_chunks())
    if links.type == "APPLIED" and links.adds_only:
        changes.unapplied = linked.unstated
    if links.type == "PART_OF" and links.adds_only:
        changes.unjoined = linked.unstated
    if links.type == "IN_CASE":
        changes.touched.add("Case", linked.withdrawn["to_id"])
    if links.type == "ABOUT":
        changes.touched.add_ends(linked.withdrawn)
        changes.touched.add_ends(links.table.filter(pa.array(linked.new)))
    if links.type == "STATES":
        changes.unstating.append(linked.withdrawn["from_id"].combine_chunks().cast(pa.string()))
        _withdraw_facts(writer, linked, changes.touched)
    if links.type not in ("STATES", "ABOUT"):
        links.let_go()


def _withdraw_facts(writer: Writer, linked: Linked, touched: Touched) -> None:
    """A fact that its record states no more is withdrawn with what it is about: nobody else states it."""
    facts = pc.unique(linked.withdrawn["to_id"].combine_chunks().cast(pa.string()))
    if not len(facts):
        return
    touched.add_ends(withdraw_stated_links(writer, "ABOUT", "Fact", facts))
    withdraw_stated_links(writer, "CONCERNS", "Fact", facts)
    writer.withdraw_nodes("Fact", facts)


def _touch(writer: Writer, statements: Statements, written: Written, touched: Touched) -> None:
    """What the records of a file touch: its cases, and whom its new or changed statements are about."""
    if "Case" in statements.nodes:
        touched.add("Case", statements.nodes["Case"]["id"])
    for label in SUBJECTS:
        if label in written.records:
            touched.add(label, written.fresh(label))
    stating = {label: of.changed_records["id"].combine_chunks() for label, of in written.records.items()}
    facts = [stating.get("Fact", _NONE)]
    for links in statements.links:
        if links.type == "STATES":
            by_changed = pc.is_in(links.table["from_id"], value_set=stating[links.owner])
            facts.append(links.table["to_id"].filter(by_changed).combine_chunks())
    known = pa.concat_arrays(facts)
    for links in statements.links:
        if links.type == "ABOUT" and links.owner == "Fact":
            touched.add_ends(links.table.filter(pc.is_in(links.table["from_id"], value_set=known)))
    if "Material" in statements.partial and len(stating.get("Material", _NONE)):
        rows = writer.read("derive/stated_subjects", ids=stating["Material"].to_pylist())
        for label in SUBJECTS:
            touched.add(label, pa.array([id_ for of, id_ in rows if of == label], pa.string()))


def _withdraw_unstated_applicants(
    writer: Writer, statements: Statements, changes: _Changes, bereft: pa.Array
) -> None:
    """An applicant whom no event of the case states any more, because one was corrected, moved or withdrawn, is
    gone; of a case all of whose events the file states, so is each application that it does not state."""
    if changes.unapplied is None:
        return
    events = pc.unique(pa.concat_arrays(changes.unstating))
    of_events = pc.is_in(statements.derivation["event_id"], value_set=events)
    cases = pa.concat_arrays([bereft, statements.derivation["case_id"].filter(of_events).combine_chunks()])
    rows = writer.read("find/stated_applicants", ids=pc.unique(cases).to_pylist()) if len(cases) else []
    gone = table_of([row[:5] for row in rows if not row[5]], _APPLIED)
    table = link_table("APPLIED", ("", "Case"), gone["subject_id"], gone["case_id"], role=gone["role"])
    table = table.set_column(0, "from_label", gone["subject_label"]).append_column("load", gone["load"])
    whole = _of_whole_cases(writer, statements, changes.unapplied.select(table.column_names))
    both = pa.concat_tables([table, whole], promote_options="permissive").combine_chunks()
    withdraw_links(writer, "APPLIED", both.group_by(both.column_names).aggregate([]).select(both.column_names))


def _of_whole_cases(writer: Writer, statements: Statements, links: pa.Table, end: str = "to_id") -> pa.Table:
    """Those links of cases, which stand at `end`, of which the file states all events."""
    if not links.num_rows:
        return links
    stood = writer.case_events(pc.unique(links[end].combine_chunks().cast(pa.string())))
    other = pc.invert(pc.is_in(stood["event_id"], value_set=statements.derivation["event_id"].combine_chunks()))
    return links.filter(pc.invert(pc.is_in(links[end], value_set=stood["case_id"].filter(other).combine_chunks())))
