"""What was erased by decision: its entries have nothing left to be compared with, and that is no alarm."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.decision_kinds import ERASURE, decision_id
from graph.evidence.comparison import Difference
from graph.schema import NODE, RELATIONSHIP
from graph.store import Snapshot

Record = tuple[str, str]


def erasures(snapshot: Snapshot) -> dict[Record, set[int]]:
    """(label, id) -> the loads of the decisions that erased it, as the decisions themselves say.

    A decision is sealed like any record: one that no load wrote is an alarm of its own.
    """
    found: dict[Record, set[int]] = {}
    for table in snapshot.scan("Decision"):
        for row in table.select(["kind", "what", "load"]).to_pylist():
            if row["kind"] == ERASURE:
                for label, id_ in json.loads(row["what"] or "{}").get("about", ()):
                    found.setdefault((label, id_), set()).add(row["load"])
    return found


def told_apart(
    found: Iterable[Difference], erased: Mapping[Record, int], decided: Mapping[Record, set[int]]
) -> tuple[list[Difference], list[Difference]]:
    """The alarms, and what is gone by decision. `erased` are the records that the graph says were erased, with the
    load that did it; one that no decision covers is an alarm."""
    covered = {record for record, load in erased.items() if load in decided.get(record, ())}
    why = "was emptied, and no decision did so."
    alarms = [
        Difference("altered", label, id_, ("erased",), load, None, f"{label} {id_} {why}")
        for (label, id_), load in sorted(erased.items())
        if (label, id_) not in covered
    ]
    gone = []
    for one in found:
        record = _whose(one, covered)
        if record is None or one.kind == "inserted":
            alarms.append(one)
            continue
        said = f"{one.label} {one.id} of load {one.load} was erased by {decision_id(erased[record])}."
        gone.append(replace(one, kind="erased", message=said))
    return alarms, gone


def _whose(one: Difference, covered: set[Record]) -> Record | None:
    """The erased record that an entry is about, or whose link it is."""
    if one.label in NODE:
        return (one.label, one.id) if (one.label, one.id) in covered else None
    declared = RELATIONSHIP.get(one.label)
    if declared is None or declared.stated_by is None or not covered:
        return None
    for from_label, to_label in declared.ends:
        middle = f":{to_label}:"
        if not one.id.startswith(f"{from_label}:"):
            continue
        rest = one.id.removeprefix(f"{from_label}:")
        at = rest.find(middle)
        while at >= 0:
            record = (from_label, rest[:at]) if declared.stated_by == "from" else (to_label, rest[at + len(middle) :])
            if record in covered:
                return record
            at = rest.find(middle, at + 1)
    return None
