"""The cases of a dossier: item, status and events in their order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from graph import clock
from graph.days import day_of
from graph.dossier_records import Holdings
from graph.in_force import Record, SourceRow, erased_by, source_of, utc
from graph.instants import iso
from graph.items import KnownItems
from graph.order import Ordered, order_events


class EventOfCase(BaseModel):
    """One event of a case; `at` on the clock of its source, `day` (since 1970) on the same clock.

    `erased` is the decision that erased what it said.
    """

    id: str
    at: str | None
    at_ms: int | None
    day: int | None
    precision: str | None
    activity: str | None
    lifecycle: str | None
    stage: str | None
    outcome: str | None
    materials: list[str]
    source: SourceRow
    erased: str | None = None


class CaseOfSubject(BaseModel):
    """A case to which the subject applied, in `roles`."""

    id: str
    roles: list[str]
    item_id: str | None
    item_name: str | None
    life_stage: str | None
    version_id: str | None
    status: str
    accepted_at: str | None
    opened_at: str | None
    last_at: str | None
    closed_at: str | None
    seconds: float | None
    opened_ms: int | None
    last_ms: int | None
    region: str | None
    channel: str | None
    events: list[EventOfCase]
    source: SourceRow


def cases_of(held: Holdings, known: KnownItems, files: Mapping[int, clock.Load]) -> list[CaseOfSubject]:
    """The cases, the earliest first; those without an instant last."""
    records = [held.of("Case")[id_] for id_ in sorted(held.own_cases & set(held.of("Case")))]
    if not records:
        return []
    rows = [row for row in held.case_events if row[0] in held.of("Case")]
    ordered = _ordered(held, records, rows)
    of_case: dict[str, list[str]] = {}
    for i in ordered.positions:
        of_case.setdefault(rows[int(i)][0], []).append(rows[int(i)][1])
    materials: dict[str, list[str]] = {}
    for _, event_id, material_id in held.event_materials:
        materials.setdefault(event_id, []).append(material_id)
    answer = []
    for record, derived in zip(records, ordered.cases.to_pylist(), strict=True):
        ids = [id_ for id_ in dict.fromkeys(of_case.get(record["id"], ())) if id_ in held.of("Event")]
        events = [_event(held.of("Event")[id_], materials.get(id_, []), files) for id_ in ids]
        answer.append(_case(held, record, derived, events, known, files))
    return sorted(answer, key=lambda c: (c.opened_ms is None, c.opened_ms or 0, c.id))


def _ordered(held: Holdings, records: list[Record], rows: list[Any]) -> Ordered:
    events = held.of("Event")
    columns: dict[str, pa.Array] = {
        "case_id": pa.array([row[0] for row in rows], pa.string()),
        "event_id": pa.array([row[1] for row in rows], pa.string()),
        "sort_at": pa.array([row[2] for row in rows], pa.int64()),
        "seq": pa.array([row[3] for row in rows], pa.int64()),
        "at": pa.array([events[row[1]]["at"] if row[1] in events else None for row in rows], pa.int64()),
        "stage": pa.array([events[row[1]]["stage"] if row[1] in events else None for row in rows], pa.string()),
    }
    cases = {
        "id": pa.array([record["id"] for record in records], pa.string()),
        "accepted_at": pa.array([record["accepted_at"] for record in records], pa.int64()),
    }
    return order_events(pa.table(columns), pa.table(cases))


def _event(record: Record, materials: list[str], files: Mapping[int, clock.Load]) -> EventOfCase:
    at = record["at"]
    return EventOfCase(
        id=record["id"],
        at=None if at is None else iso(at, record["offset"], record["precision"]),
        at_ms=at,
        day=None if at is None else day_of(at, record["offset"]),
        materials=materials,
        source=source_of(record, files),
        erased=erased_by(record),
        **{n: record[n] for n in ("precision", "activity", "lifecycle", "stage", "outcome")},
    )


def _case(
    held: Holdings,
    record: Record,
    derived: Record,
    events: list[EventOfCase],
    known: KnownItems,
    files: Mapping[int, clock.Load],
) -> CaseOfSubject:
    item_id = known.item_of(record["item_id"])
    item = known.items.get(item_id) if item_id else None
    accepted = record["accepted_at"] if record["accepted_at"] is not None else derived["opened_at"]
    version = known.version_on(item_id, day_of(accepted, None)) if item_id and accepted is not None else None
    return CaseOfSubject(
        id=record["id"],
        roles=sorted({row[2] for row in held.applied if row[1] == record["id"] and row[2]}),
        item_id=item_id,
        item_name=item["name"] if item else None,
        life_stage=item["life_stage"] if item else None,
        version_id=version["id"] if version else None,
        status=derived["status"],
        accepted_at=utc(record["accepted_at"]),
        opened_at=utc(derived["opened_at"]),
        last_at=utc(derived["last_at"]),
        closed_at=utc(derived["closed_at"]),
        seconds=derived["seconds"],
        opened_ms=derived["opened_at"],
        last_ms=derived["last_at"],
        region=record["region"],
        channel=record["channel"],
        events=events,
        source=source_of(record, files),
    )
