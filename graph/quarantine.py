"""Rows that loads set aside, with their reasons; each load keeps them in a file of its own, named by its number.

A row is open until somebody has mended it and loaded it again (etl/mend.py), or has decided that it is to be left
out. What was decided of it is a decision; the row itself stays in its file as it was. docs/mapping.md has the rules.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from graph import clock
from graph.decision_kinds import LEFT_OUT, MENDED
from graph.decisions import DecisionRow, Plan, of_kind
from graph.errors import NotFound, UsageError
from graph.settings import Settings
from graph.store import Store, Writer
from graph.viewer import Viewer

# Columns of a file of rows that were set aside, which say why and are no content when they are loaded again.
SET_ASIDE = "quarantine:"
RowState = Literal["open", "mended", "set aside again", "left out"]
ListedRows = Literal["open", "settled", "any"]


class Settled(BaseModel):
    """What was decided of a row: by which decision, who and when, and in which load it was read again.

    `again` is its row in that load where it was set aside once more.
    """

    decision: str
    who: str | None
    at: str | None
    why: str | None
    load: int | None
    again: int | None


class QuarantinedRow(BaseModel):
    """A row that was set aside; `kept_in` is the file that has it, null where only its load's counts are left.

    `settled` is null while it is open; `came_from` is the row that was mended to this one, as load and row.
    """

    load: int
    source: str
    row: int | None
    reason: str
    kept_in: str | None
    state: RowState
    settled: Settled | None
    came_from: tuple[int, int] | None


class QuarantineList(BaseModel):
    """The rows of the latest loads first; `rows` counts all that done loads set aside, `open` those not settled."""

    items: list[QuarantinedRow]
    rows: int
    open: int


class RowSetAside(QuarantinedRow):
    """One row with what its source said: each column and its text, and the row as it stood where it could not be
    taken apart. `can_be_mended` is false where the file says nothing by columns, as of an OCEL log."""

    columns: dict[str, str | None]
    text: str | None
    can_be_mended: bool


@dataclass(frozen=True)
class KeptRow:
    """A row of a file of rows that were set aside."""

    row: int | None
    reason: str
    text: str | None
    cells: Mapping[str, str | None]


class LeaveOutRequest(BaseModel):
    """Rows that a load set aside are not to be loaded: they are no records, such as a sum or a header."""

    kind: Literal["rows left out"] = LEFT_OUT
    who: str
    why: str
    load: int
    rows: list[int]


def quarantine_folder(store: Store, settings: Settings) -> Path | None:
    """Where rows that are set aside are kept; None where nothing says so."""
    if settings.quarantine is not None or store.engine != "duckdb":
        return settings.quarantine
    from graph.duckdb_store import path_of

    path = path_of(store.uri)
    return path.with_name(f"{path.name}.quarantine") if path.name != ":memory:" else None


def quarantine(
    store: Store, settings: Settings, viewer: Viewer, *, listed: ListedRows = "any", limit: int = 50
) -> QuarantineList:
    """The rows that done loads set aside: those that are open, those that were settled, or all."""
    viewer.require_whole_archive()
    done = [load for load in reversed(clock.loads(store)) if load.state == "done" and load.quarantined]
    folder = quarantine_folder(store, settings)
    decided = _Decided(store, clock.last_done(store), folder)
    items: list[QuarantinedRow] = []
    for load in done:
        if len(items) >= limit:
            break
        for one in _of_load(folder, load, decided):
            if len(items) < limit and listed in ("any", "open" if one.state == "open" else "settled"):
                items.append(one)
    rows = sum(load.quarantined or 0 for load in done)
    return QuarantineList(items=items, rows=rows, open=rows - decided.count)


def set_aside(store: Store, settings: Settings, viewer: Viewer, load: int, row: int) -> RowSetAside:
    """One row that a load set aside. Raises NotFound where there is none, or its file is not kept."""
    viewer.require_whole_archive()
    found = {one.row: one for one in kept_rows(store, settings, load)}
    if row not in found:
        raise NotFound(
            "Load {load} has set aside no row {row}.", "`dossier quarantine list` lists them.", load=load, row=row
        )
    one = found[row]
    of = next(known for known in clock.loads(store) if known.number == load)
    decided = _Decided(store, clock.last_done(store), quarantine_folder(store, settings))
    said = _row(of, one, f"{load}.csv", decided)
    columns = dict(one.cells)
    return RowSetAside(**said.model_dump(), columns=columns, text=one.text, can_be_mended=bool(columns))


def kept_rows(store: Store, settings: Settings, load: int) -> list[KeptRow]:
    """The rows of a load's file. Raises NotFound where the load is not done, or its file is not kept."""
    folder = quarantine_folder(store, settings)
    if load not in {one.number for one in clock.loads(store) if one.state == "done"}:
        raise NotFound("There is no done load {load}.", "`dossier loads` lists them.", load=load)
    path = folder / f"{load}.csv" if folder is not None else None
    if path is None or not path.is_file():
        raise NotFound(
            "The rows that load {load} set aside are not kept here.",
            "Mend them in the file that the load wrote, and load that file again.",
            load=load,
        )
    return list(_rows(path))


class _Decided:
    """What was decided of rows that were set aside, as a load knew it; `folder` has their files."""

    def __init__(self, store: Store, upto: int, folder: Path | None) -> None:
        self._folder = folder
        self._again: dict[int, set[int | None]] = {}
        self._of: dict[tuple[int, int], DecisionRow] = {}
        self._line: dict[tuple[int, int], int] = {}
        self._from: dict[tuple[int, int], tuple[int, int]] = {}
        made = [one for kind in (MENDED, LEFT_OUT) for one in (of_kind(store, upto, kind) if upto else ())]
        for one in (one for one in made if one.reversed_by is None):
            load, rows = one.what["load"], one.what["rows"]
            for row, line in zip(rows, one.what.get("lines") or [None] * len(rows), strict=True):
                self._of[load, row] = one
                if line is not None:
                    self._line[load, row] = line
                    self._from[one.load, line] = (load, row)

    @property
    def count(self) -> int:
        """How many rows were settled."""
        return len(self._of)

    def of(self, load: int, row: int) -> Settled | None:
        """What was decided of a row of a load, None while it is open."""
        one = self._of.get((load, row))
        if one is None:
            return None
        line = self._line.get((load, row))
        again = line if line is not None and line in self._rows_of(one.load) else None
        return Settled(
            decision=one.id,
            who=one.who,
            at=one.decided_at,
            why=one.why,
            load=None if line is None else one.load,
            again=again,
        )

    def _rows_of(self, load: int) -> set[int | None]:
        if load not in self._again:
            path = self._folder / f"{load}.csv" if self._folder is not None else None
            self._again[load] = {one.row for one in _rows(path)} if path is not None and path.is_file() else set()
        return self._again[load]

    def came_from(self, load: int, row: int) -> tuple[int, int] | None:
        """Load and row of what was mended to this row."""
        return self._from.get((load, row))


def leave_out(store: Store, settings: Settings, load: int, request: LeaveOutRequest) -> Plan:
    """What the decision says; nothing is written beside it. Raises as `require_open` does."""
    require_open(store, settings, load, request.load, request.rows)
    what = {"before": None, "load": request.load, "rows": sorted(set(request.rows))}
    return Plan(LEFT_OUT, {}, what, lambda _: None)


def require_open(store: Store, settings: Settings, upto: int, load: int, rows: Sequence[int]) -> list[KeptRow]:
    """These rows of a load, in the order of its file.

    Raises UsageError for no row at all, or one that was settled already, NotFound for one that is not there.
    """
    wanted = set(rows)
    found = [one for one in kept_rows(store, settings, load) if one.row in wanted]
    if not wanted:
        raise UsageError("No row is named.", "Give the numbers of rows.")
    lost = sorted(wanted - {one.row for one in found if one.row is not None})
    if lost:
        raise NotFound(
            "Load {load} has set aside no row {row}.", "`dossier quarantine list` lists them.", load=load, row=lost[0]
        )
    decided = _Decided(store, upto, None)
    for row in sorted(wanted):
        one = decided.of(load, row)
        if one is not None:
            raise UsageError(
                "Row {row} of load {load} was settled already, by {decision}.",
                "`dossier quarantine show` says what came of it.",
                row=row,
                load=load,
                decision=one.decision,
            )
    return found


def mended_plan(load: int, rows: Sequence[int], lines: Sequence[int]) -> Plan:
    """The decision that rows of a load were mended, and are these lines of the file that is loaded with it."""
    return Plan(MENDED, {}, {"before": None, "load": load, "rows": list(rows), "lines": list(lines)}, _nothing)


def _nothing(_: Writer) -> None:
    """The load that the decision is part of writes what the rows state."""


def _of_load(folder: Path | None, load: clock.Load, decided: _Decided) -> Iterator[QuarantinedRow]:
    path = folder / f"{load.number}.csv" if folder is not None else None
    if path is not None and path.is_file():
        for one in _rows(path):
            yield _row(load, one, path.name, decided)
        return
    yield QuarantinedRow(
        load=load.number,
        source=load.source,
        row=None,
        reason=f"{load.quarantined} rows; their file is not kept here",
        kept_in=None,
        state="open",
        settled=None,
        came_from=None,
    )


def _row(load: clock.Load, one: KeptRow, kept_in: str, decided: _Decided) -> QuarantinedRow:
    settled = None if one.row is None else decided.of(load.number, one.row)
    state: RowState = "open"
    if settled is not None:
        state = "left out" if settled.load is None else "mended" if settled.again is None else "set aside again"
    return QuarantinedRow(
        load=load.number,
        source=load.source,
        row=one.row,
        reason=one.reason,
        kept_in=kept_in,
        state=state,
        settled=settled,
        came_from=None if one.row is None else decided.came_from(load.number, one.row),
    )


def _rows(path: Path) -> Iterator[KeptRow]:
    """The rows of a file of rows that were set aside."""
    csv.field_size_limit(1 << 28)
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        names = [name for name in reader.fieldnames or () if not name.startswith(SET_ASIDE)]
        for row in reader:
            number = row.get(f"{SET_ASIDE}row") or ""
            yield KeptRow(
                row=int(number) if number.isdecimal() else None,
                reason=row.get(f"{SET_ASIDE}reason") or "",
                text=row.get(f"{SET_ASIDE}text") or None,
                cells={name: row.get(name) or None for name in names},
            )
