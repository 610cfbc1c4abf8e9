"""Records as a load knew them: what the questions about one key share."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.decision_kinds import decision_id
from graph.errors import NotFound
from graph.instants import utc_iso
from graph.kept import kept
from graph.schema import NODE
from graph.store import Store
from graph.together import together

Record = dict[str, Any]
_CLOCK = ("load", "since", "withdrawn", "source_row", "erased")


class SourceRow(BaseModel):
    """Where a content came from: the load that brought it, its file and the row in it."""

    load: int
    file: str
    system: str
    row: int | None


def known_load(store: Store, as_known_at: int | None) -> int:
    """The load that a question is pinned to. Raises NotFound where nothing was known then (epoch ms)."""
    load = clock.known_at(store, as_known_at)
    if load == 0:
        raise NotFound(
            "Nothing was known then." if as_known_at is not None else "The archive is empty.",
            "`dossier loads` shows what was loaded when.",
        )
    return load


def in_force(
    store: Store,
    wanted: Mapping[str, Sequence[str]],
    load: int,
    only: Mapping[str, Collection[str]] | None = None,
) -> dict[str, dict[str, Record]]:
    """The records with these ids as a load knew them: the Version in force is laid over what has changed since.

    `only` names the properties that are wanted of a label; without it they have their whole content.
    """
    asked = {label: list(dict.fromkeys(ids)) for label, ids in wanted.items() if ids}
    labels = sorted(asked, key=lambda label: len(asked[label]), reverse=True)
    contents = [
        partial(store.contents, label, asked[label], {*only[label], *_CLOCK} if only else None) for label in labels
    ]
    read = dict(zip(labels, together(contents), strict=True))
    later = [r["id"] for records in read.values() for r in records if r["since"] > load >= r["load"]]
    versions = {(v[0], v[1]): v for v in store.read("audit/versions", ids=later, load=load)} if later else {}
    answer: dict[str, dict[str, Record]] = {label: {} for label in wanted}
    for label, records in read.items():
        for record in records:
            known = _as_of(label, record, versions.get((label, record["id"])), load)
            if known is not None:
                answer[label][record["id"]] = known
    _trace_amended(store, answer, load)
    return answer


def _as_of(label: str, record: Record, version: tuple[Any, ...] | None, load: int) -> Record | None:
    if record["load"] > load:
        return None
    if record["since"] <= load:
        return record if record["withdrawn"] is None or record["withdrawn"] > load else None
    if version is None or (version[2] is None and version[5] is None):
        return None
    # An erased content is gone at every time; that it was there is not.
    content = json.loads(version[2] or "{}")
    past = {p.name: content.get(p.name) for p in NODE[label].content if p.name in record}
    return {**record, **past, "source_row": version[3], "since": version[4]}


def _trace_amended(store: Store, known: Mapping[str, dict[str, Record]], load: int) -> None:
    """Leads records that other records' loads have amended back to the row that states them."""
    amended = [r["id"] for records in known.values() for r in records.values() if r["source_row"] is None]
    for label, id_, from_load, row in store.read("audit/origins", ids=amended, load=load) if amended else ():
        if id_ in known.get(label, {}):
            known[label][id_] |= {"source_load": from_load, "source_row": row}


def erased_by(record: Record) -> str | None:
    """The decision that erased the content of a record, None where none did."""
    return None if record["erased"] is None else decision_id(record["erased"])


def files_of(store: Store, load: int) -> Mapping[int, clock.Load]:
    """The loads by number up to a done one, which are all done or abandoned: they change no more."""
    return kept(store, load, "files", lambda: {one.number: one for one in clock.loads(store) if one.number <= load})


def link_types(store: Store, load: int) -> frozenset[str]:
    """Which of the types of links that an archive may have none of a done load knew any of.

    A statement costs about the same on DuckDB whether it finds anything, so those about other types are left out.
    """
    return kept(
        store, load, "link types", lambda: frozenset(t for (t,) in store.read("dossier/link_types", load=load))
    )


def source_of(record: Record, files: Mapping[int, clock.Load]) -> SourceRow:
    """The source of a record's content; `files` are the loads by number."""
    load: int = record["source_load"] if "source_load" in record else record["since"]
    one = files.get(load)
    return SourceRow(
        load=load,
        file=one.source if one else "",
        system=one.system if one else "",
        row=record["source_row"],
    )


def utc(at_ms: int | None) -> str | None:
    """An instant (epoch ms) as text, None where there is none."""
    return None if at_ms is None else utc_iso(at_ms)
