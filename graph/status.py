"""What the archive holds: records by label and type, and its loads."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from graph import clock
from graph.instants import utc_iso
from graph.schema import SCHEMA_VERSION
from graph.store import Counts, Store
from graph.viewer import Viewer


class LoadRow(BaseModel):
    """One load, as status and `dossier loads` show it."""

    number: int
    state: str
    source: str
    system: str
    mapping: str
    mode: str
    opened_at: str
    committed_at: str | None
    rows_in: int | None
    loaded: int | None
    unchanged: int | None
    quarantined: int | None
    withdrawn: int | None


class LoadList(BaseModel):
    """All loads, the first first."""

    items: list[LoadRow]


class Status(BaseModel):
    """Counts of what the done loads have given, by label and type."""

    store: str
    engine: str
    schema_version: int
    as_of_load: int
    open_load: int | None
    nodes: dict[str, int]
    relationships: dict[str, int]
    activities: int
    loads: list[LoadRow]


def load_rows(store: Store) -> list[LoadRow]:
    """All loads, as people read them."""
    return [LoadRow(**_readable(load)) for load in clock.loads(store)]


def _readable(load: clock.Load) -> dict[str, Any]:
    committed = None if load.committed_at is None else utc_iso(load.committed_at)
    return {**load.__dict__, "opened_at": utc_iso(load.opened_at), "committed_at": committed}


def _counted(store: Store, load: int) -> tuple[Counts | None, int]:
    return store.counts(load), store.read("audit/activities", load=load)[0][0]


def status(store: Store, viewer: Viewer) -> Status:
    """What the store holds, as of the last done load."""
    viewer.require_whole_archive()
    there = store.exists()
    load, (counts, activities) = clock.standing(store, lambda load: _counted(store, load) if there else (None, 0))
    rows = load_rows(store)
    open_loads = [row.number for row in rows if row.state == "open"]
    return Status(
        store=store.uri,
        engine=store.engine,
        schema_version=SCHEMA_VERSION,
        as_of_load=load,
        open_load=open_loads[0] if open_loads else None,
        nodes=counts.nodes if counts else {},
        relationships=counts.relationships if counts else {},
        activities=activities,
        loads=rows,
    )
