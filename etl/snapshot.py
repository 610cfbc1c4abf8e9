"""Snapshots: what the source no longer holds is withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from etl.statements import Statements
from graph.errors import TooManyWithdrawals
from graph.schema import RELATIONSHIP
from graph.settings import Settings
from graph.store import Writer
from graph.touched import Touched
from graph.upsert import withdraw_stated_links

# What a source states wholly; what it only mentions (persons, actors, units) others may mention too.
LABELS = ("Case", "Event", "Fact", "Material", "Object", "Volume")
_NONE = pa.array([], pa.string())


@dataclass(frozen=True)
class Missing:
    """Records of the scope that this snapshot no longer holds, by label; `remark` where that cannot be told."""

    ids: dict[str, pa.Array]
    remark: str | None = None

    @property
    def total(self) -> int:
        """How many records."""
        return sum(map(len, self.ids.values()))


def missing(
    writer: Writer,
    settings: Settings,
    statements: Statements,
    source: str,
    system: str,
    mapping: str,
    *,
    allowed: bool,
) -> Missing:
    """What has to be withdrawn. Raises TooManyWithdrawals where that is more than the limit, unless `allowed`.

    A row that was set aside withdraws nothing that stood under its id; where that is not known, nothing of its
    case; where that is not known either, nothing at all.
    """
    if statements.unidentified:
        what = f"{statements.unidentified} rows were set aside that cannot be told from any record"
        return Missing({}, f"Nothing was withdrawn: {what}. Mend them and load the snapshot again.")
    scope = writer.read("find/scope", system=system, mapping=mapping)
    kept = {label: {*ids.to_pylist()} for label, ids in statements.kept_ids.items()}
    of_kept = kept.get("Case", set())
    if of_kept:
        kept.setdefault("Event", set()).update(writer.case_events(pa.array(sorted(of_kept)))["event_id"].to_pylist())
    gone = {}
    for label in LABELS:
        stood = pa.array([id_ for of_label, id_ in scope if of_label == label], pa.string())
        held = statements.nodes[label]["id"].combine_chunks() if label in statements.nodes else _NONE
        held = pa.concat_arrays([held, pa.array(sorted(kept.get(label, ())), pa.string())])
        gone[label] = stood.filter(pc.invert(pc.is_in(stood, value_set=held)))
    found = Missing(_without_referred(writer, gone, statements))
    if scope and found.total / len(scope) > settings.withdrawal_limit and not allowed:
        raise TooManyWithdrawals(
            f"{source} would withdraw {found.total} of {len(scope)} records of {system}; nothing was written.",
            "If that is right, load it again with --allow-withdrawals.",
        )
    return found


def _without_referred(writer: Writer, gone: dict[str, pa.Array], statements: Statements) -> dict[str, pa.Array]:
    """Of what a snapshot no longer holds, what nothing refers to that stays: neither a record whose row was set
    aside nor one of another source loses an end of its links.

    The records of the file state their links anew.
    """
    stated = {label: table["id"].combine_chunks() for label, table in statements.nodes.items()}
    while True:
        stays = {label: _referred(writer, label, gone, stated) for label in LABELS if len(gone[label])}
        if not any(map(len, stays.values())):
            return gone
        gone |= {label: gone[label].filter(pc.invert(pc.is_in(gone[label], ids))) for label, ids in stays.items()}


def _referred(writer: Writer, label: str, gone: dict[str, pa.Array], stated: dict[str, pa.Array]) -> pa.Array:
    found = [_NONE]
    for type_, declared in RELATIONSHIP.items():
        stating, other = ("from", "to") if declared.stated_by == "from" else ("to", "from")
        if declared.kind != "asserted" or label not in {pair[stating == "from"] for pair in declared.ends}:
            continue
        links = writer.links_to(type_, label, gone[label])
        for owner in pc.unique(links[f"{stating}_label"]).to_pylist():
            of_owner = links.filter(pc.equal(links[f"{stating}_label"], owner))
            aside = pa.concat_arrays([gone.get(owner, _NONE), stated.get(owner, _NONE)])
            stays = pc.invert(pc.is_in(of_owner[f"{stating}_id"], value_set=aside))
            found.append(of_owner[f"{other}_id"].filter(stays).combine_chunks().cast(pa.string()))
    return pc.unique(pa.concat_arrays(found))


def withdraw(writer: Writer, gone: dict[str, pa.Array]) -> Touched:
    """Withdraws records and the links that they state; gives what has to be derived again."""
    touched = Touched()
    for label, ids in gone.items():
        if not len(ids):
            continue
        touched.add(label, ids)
        for type_, declared in RELATIONSHIP.items():
            place = 0 if declared.stated_by == "from" else 1
            if declared.kind == "asserted" and label in {pair[place] for pair in declared.ends}:
                links = withdraw_stated_links(writer, type_, label, ids)
                if type_ == "IN_CASE":
                    touched.add("Case", links["to_id"])
                if type_ == "ABOUT":
                    touched.add_ends(links)
        writer.withdraw_nodes(label, ids)
    return touched
