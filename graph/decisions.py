"""What people decide: one way to decide, whatever it is about, and the list of what was decided.

A decision is a load of its own, whose number is in its id, and a node that is never changed. It says who, when, why,
what, and what stood before. What follows from it is derived in the same load. It is reversed by another decision.
docs/decisions.md has the rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.canonical import canonical
from graph.clock import OpenLoad, SourceOfLoad, loading, now_ms
from graph.cursors import cursor as cursor_of
from graph.cursors import no_cursor, position
from graph.decision_kinds import decision_id
from graph.errors import LoadOpen, NotFound, UsageError
from graph.in_force import utc
from graph.settings import Settings
from graph.store import Row, Store, Writer
from graph.upsert import Upserted, link_table, node_table, upsert_links, upsert_nodes
from graph.viewer import Viewer

Targets = Mapping[str, Sequence[str]]
_ALL = 2**31 - 1
_COUNTS = {"rows_in": 1, "loaded": 1, "unchanged": 0, "quarantined": 0, "withdrawn": 0}


class Target(BaseModel):
    """A record that a decision is about."""

    label: str
    id: str


class DecisionRow(BaseModel):
    """One decision. `what` says what was decided, with `before` what stood until then, in ids and never in values.

    `load` is its own load, `overrides` the decision that it reverses, `reversed_by` the one that reverses it.
    """

    id: str
    kind: str | None
    who: str | None
    decided_at: str | None
    why: str | None
    about: list[Target]
    what: dict[str, Any]
    overrides: str | None
    load: int
    reversed_by: str | None


class DecisionPage(BaseModel):
    """A page of decisions, the latest first; `next` is the cursor of the following one."""

    items: list[DecisionRow]
    next: str | None
    as_of_load: int


class Decided(BaseModel):
    """What was decided just now; `remarks` say what is left to be done or to be known.

    Of an erasure `files_deleted` are the files whose bytes were deleted, `files_by_hand` those that are not yet.
    """

    decision: DecisionRow
    files_deleted: list[str] = []
    files_by_hand: list[str] = []
    remarks: list[str] = []


@dataclass(frozen=True)
class Plan:
    """What one decision does: what it is about, what it says, and how it is carried out in its own load.

    `linked` are those of `about` that there are; `act` writes and derives.
    """

    kind: str
    about: Targets
    what: Mapping[str, Any]
    act: Callable[[Writer], None]
    linked: Targets | None = None
    overrides: str | None = None
    remarks: list[str] = field(default_factory=list)


def decided(store: Store, settings: Settings, plan: Plan, who: str, why: str, load: int) -> DecisionRow:
    """Writes a decision that was planned when `load` was the last done one.

    Raises UsageError without a name or a reason, LoadOpen where another load is open or was done meanwhile.
    """
    require_reason(who, why)
    with loading(store, settings, _source(plan)) as (opened, writer):
        _require_still(store, opened, writer, load)
        write_decision(writer, opened, plan, who.strip(), why.strip())
        plan.act(writer)
        writer.commit({**_COUNTS, "now": now_ms()})
    return find(store, decision_id(opened.number), opened.number)


def require_reason(who: str, why: str) -> None:
    """Raises UsageError without a name or a reason."""
    if not who.strip() or not why.strip():
        raise UsageError("A decision needs to say who decides and why.", "Give both, `who` and `why`.")


def _source(plan: Plan) -> SourceOfLoad:
    """The same decision taken up again after its process has ended is the same load; names and reasons may differ."""
    said = canonical([plan.kind, plan.what, plan.overrides])
    digest = hashlib.sha256(said.encode()).hexdigest()
    return SourceOfLoad(f"decision: {plan.kind}", "", digest, "decision", "", "append", None)


def _require_still(store: Store, opened: OpenLoad, writer: Writer, load: int) -> None:
    """Raises LoadOpen, and gives the load up, where another one was done since the decision was planned."""
    if clock.last_done(store) == load:
        return
    writer.close()
    clock.give_up(store, opened)
    raise LoadOpen("Another load was done while this was being decided; nothing was written.", "Decide again.")


def write_decision(writer: Writer, opened: OpenLoad, plan: Plan, who: str, why: str) -> None:
    """Writes a decision into its load, with what it leads to; what it does is left to the caller."""
    id_ = pa.array([decision_id(opened.number)])
    at, what = now_ms(), {"about": [[label, one] for label, ids in plan.about.items() for one in ids], **plan.what}
    given = {"kind": plan.kind, "who": who, "decided_at": at, "why": why, "what": canonical(what)}
    given["overrides"] = plan.overrides
    if opened.resumed and (begun := writer.existing("Decision", id_).to_pylist()):
        # What the ended process had written of it stands: a decision is not changed.
        given = {name: begun[0][name] for name in given}
    types = {"decided_at": pa.int64()}
    content = {name: pa.array([value], types.get(name, pa.string())) for name, value in given.items()}
    written = upsert_nodes(writer, "Decision", node_table("Decision", id_, pa.nulls(1, pa.int64()), **content))
    _write_links(writer, id_, plan.about if plan.linked is None else plan.linked, written)


def _write_links(writer: Writer, decision: pa.Array, targets: Targets, written: Upserted) -> None:
    tables = [
        link_table("DECIDES", ("Decision", label), pa.repeat(decision[0], len(ids)), pa.array(ids, pa.string()))
        for label, ids in targets.items()
        if ids
    ]
    if tables:
        upsert_links(writer, "DECIDES", "Decision", pa.concat_tables(tables), decision, written)


def decisions(
    store: Store,
    viewer: Viewer,
    *,
    kind: str | None = None,
    about: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> DecisionPage:
    """A page of the decisions, all or of a kind, or about a record or another decision, the latest first.

    The pages of one list stand for one load. Raises UsageError for a cursor that is none.
    """
    viewer.require_whole_archive()
    pinned, skip = position(cursor, "decisions", "count", "count")
    last = clock.last_done(store)
    if pinned is not None and pinned > last:
        raise no_cursor("decisions")
    load = last if pinned is None else pinned
    if load == 0:
        return DecisionPage(items=[], next=None, as_of_load=0)
    skipped = skip or 0
    rows = _read(store, load, kind=kind, about=about, limit=limit + 1, skip=skipped)
    following = cursor_of(load, skipped + limit) if len(rows) > limit else None
    return DecisionPage(items=[_row(row) for row in rows[:limit]], next=following, as_of_load=load)


def of_kind(store: Store, load: int, kind: str) -> list[DecisionRow]:
    """All decisions of a kind as a load knew them, the earliest first."""
    return [_row(row) for row in reversed(_read(store, load, kind=kind, limit=_ALL))]


def find(store: Store, id_: str, load: int) -> DecisionRow:
    """One decision as a load knew it. Raises NotFound where there is none of that id."""
    for row in _read(store, load, about=id_, limit=1000):
        if row[0] == id_:
            return _row(row)
    raise NotFound(f"There is no decision {id_} in load {load}.", "`dossier decisions` lists them.")


def _read(
    store: Store, load: int, *, kind: str | None = None, about: str | None = None, limit: int, skip: int = 0
) -> list[Row]:
    quoted = None if about is None else canonical(about)
    return store.read("decisions/list", load=load, kind=kind, about=about, quoted=quoted, limit=limit, skip=skip)


def _row(row: Row) -> DecisionRow:
    id_, kind, who, decided_at, why, text, overrides, load, reversed_by = row
    what: dict[str, Any] = json.loads(text or "{}")
    about = [Target(label=label, id=one) for label, one in what.pop("about", ())]
    return DecisionRow(
        id=id_,
        kind=kind,
        who=who,
        decided_at=utc(decided_at),
        why=why,
        about=about,
        what=what,
        overrides=overrides,
        load=load,
        reversed_by=reversed_by,
    )
