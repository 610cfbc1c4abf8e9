"""An event as something that somebody did: what the trail of an actor and the handlers of a person tell alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.in_force import Record, SourceRow, erased_by, source_of
from graph.instants import iso

# What is read of an event for it.
READ = ("activity", "lifecycle", "stage", "at", "offset", "precision", "outcome")


class Done(BaseModel):
    """One event, on the clock of its source; `cases` are ids."""

    id: str
    at: str | None
    at_ms: int | None
    precision: str | None
    activity: str | None
    lifecycle: str | None
    stage: str | None
    outcome: str | None
    cases: list[str]
    source: SourceRow
    erased: str | None = None


def done(event: Record, files: Mapping[int, clock.Load]) -> dict[str, Any]:
    """The fields of `Done` but for its cases, as the record of an event has them; `files` are the loads by number."""
    return {
        "id": event["id"],
        "at": None if event["at"] is None else iso(event["at"], event["offset"], event["precision"]),
        "at_ms": event["at"],
        "source": source_of(event, files),
        "erased": erased_by(event),
        **{name: event[name] for name in ("precision", "activity", "lifecycle", "stage", "outcome")},
    }
