"""Rows that loads set aside, with their reasons; each load keeps them in a file of its own, named by its number."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from graph import clock
from graph.settings import Settings
from graph.store import Store
from graph.viewer import Viewer

# Columns of a file of rows that were set aside, which say why and are no content when they are loaded again.
SET_ASIDE = "quarantine:"


class QuarantinedRow(BaseModel):
    """A row that was set aside; `kept_in` is the file to mend it in, null where only its load's counts are left."""

    load: int
    source: str
    row: int | None
    reason: str
    kept_in: str | None


class QuarantineList(BaseModel):
    """The rows of the latest loads first; `rows` counts all that done loads set aside."""

    items: list[QuarantinedRow]
    rows: int


def quarantine_folder(store: Store, settings: Settings) -> Path | None:
    """Where rows that are set aside are kept; None where nothing says so."""
    if settings.quarantine is not None or store.engine != "duckdb":
        return settings.quarantine
    from graph.duckdb_store import path_of

    path = path_of(store.uri)
    return path.with_name(f"{path.name}.quarantine") if path.name != ":memory:" else None


def quarantine(store: Store, settings: Settings, viewer: Viewer, *, limit: int = 50) -> QuarantineList:
    """The rows that done loads set aside."""
    viewer.require_whole_archive()
    done = [load for load in reversed(clock.loads(store)) if load.state == "done" and load.quarantined]
    folder = quarantine_folder(store, settings)
    items: list[QuarantinedRow] = []
    for load in done:
        if len(items) >= limit:
            break
        path = folder / f"{load.number}.csv" if folder is not None else None
        if path is not None and path.is_file():
            for row, reason in _rows(path):
                if len(items) == limit:
                    break
                one = QuarantinedRow(load=load.number, source=load.source, row=row, reason=reason, kept_in=path.name)
                items.append(one)
        else:
            reason = f"{load.quarantined} rows; their file is not kept here"
            items.append(QuarantinedRow(load=load.number, source=load.source, row=None, reason=reason, kept_in=None))
    return QuarantineList(items=items, rows=sum(load.quarantined or 0 for load in done))


def _rows(path: Path) -> Iterator[tuple[int | None, str]]:
    """Number and reason of each row of a file of rows that were set aside."""
    csv.field_size_limit(1 << 28)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            number = row.get(f"{SET_ASIDE}row") or ""
            yield int(number) if number.isdecimal() else None, row.get(f"{SET_ASIDE}reason") or ""
