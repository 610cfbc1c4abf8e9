"""Rows that a load set aside, mended by a person and loaded again by the same mapping, as one load.

The decision that says who mended what is part of that load, so a row is either open, or it is mended and what came of
it stands. The row as it was stays in its file; the mended file is kept beside it, named by its load.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from etl.catalogue_columns import CatalogueMapping
from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import Mapping
from etl.quarantine import ReadAs
from graph import clock
from graph.clock import OpenLoad
from graph.decision_kinds import decision_id
from graph.decisions import require_reason, write_decision
from graph.errors import NotFound, UsageError
from graph.quarantine import KeptRow, kept_rows, mended_plan, quarantine_folder, require_open
from graph.settings import Settings
from graph.store import Store, Writer
from graph.viewer import Viewer

_SUFFIX = ".mended.csv"


class MendedRow(BaseModel):
    """A row of the load, by its number, and what its columns are to say; the others stay as they are. An empty text
    says nothing."""

    row: int
    fields: dict[str, str]


class MendRequest(BaseModel):
    """Rows that are mended, by whom, and why; neither of these holds values of the rows."""

    who: str = Field(description="Who mends.", examples=["王五"])
    why: str = Field(description="Why; kept for good, so without names and values.", examples=["按原件更正"])
    rows: list[MendedRow] = Field(
        description="The rows, and what their columns are to say.",
        examples=[[{"row": 7, "fields": {"时间": "2024-10-05"}}]],
    )


class MendedOutcome(BaseModel):
    """What came of a row: `line` is its line in the mended file, `reason` why it was set aside again, null where it
    was not."""

    row: int
    line: int
    reason: str | None


class MendReport(BaseModel):
    """What came of all rows. `report.unchanged` counts those that said nothing that the archive did not hold."""

    load: int
    decision: str
    report: LoadReport
    rows: list[MendedOutcome]


@dataclass(frozen=True)
class _File:
    """The mended file, and the line on which each row begins."""

    text: str
    rows: tuple[int, ...]
    lines: tuple[int, ...]


def mend(store: Store, settings: Settings, viewer: Viewer, load: int, request: MendRequest) -> MendReport:
    """Loads mended rows again.

    Raises NotFound and UsageError where a row cannot be mended (anymore), and whatever a load raises; then the rows
    are as open as before.
    """
    viewer.require_whole_archive()
    require_reason(request.who, request.why)
    numbers = [one.row for one in request.rows]
    if len(set(numbers)) != len(numbers):
        raise UsageError("A row is named twice.", "Name each row once.")
    stood = require_open(store, settings, clock.last_done(store), load, numbers)
    folder = quarantine_folder(store, settings)
    assert folder is not None  # Where the rows were found.
    as_read = _read_as(folder, load)
    file = _mended(stood, {one.row: one.fields for one in request.rows}, load)
    with tempfile.TemporaryDirectory(prefix="mending-", dir=folder) as place:
        path = Path(place) / f"{Path(as_read.source).stem}.{load}{_SUFFIX}"
        path.write_text(file.text, encoding="utf-8", newline="")

        def within(opened: OpenLoad, writer: Writer) -> None:
            _require_still_open(store, settings, opened, writer, load, numbers)
            kept = folder / f"{opened.number}{_SUFFIX}"
            kept.touch(mode=0o600)
            kept.write_text(file.text, encoding="utf-8", newline="")
            plan = mended_plan(load, file.rows, file.lines)
            write_decision(writer, opened, plan, request.who.strip(), request.why.strip())

        wanted = LoadRequest(
            path,
            _for_mended(as_read),
            as_read.mapping_name,
            as_read.system,
            folder=Path(as_read.folder),
            within=within,
            mends=load,
        )
        report = load_file(store, settings, wanted)
    return _report(store, settings, report, file)


def _read_as(folder: Path, load: int) -> ReadAs:
    """How the load read its rows."""
    path = folder / f"{load}.json"
    remedy = "Load the mended rows with `dossier load` and the mapping of that load."
    if not path.is_file():
        raise NotFound(f"Nothing says how load {load} read its rows.", remedy)
    try:
        return ReadAs.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise UsageError(f"{path} does not say how load {load} read its rows: {error}", remedy) from error


def _for_mended(read_as: ReadAs) -> Mapping:
    """The mapping for the mended rows: they are a table of their own, and not the whole of their source."""
    mapping = read_as.mapping
    changes: dict[str, object] = {"mode": "append", "encoding": "utf-8", "delimiter": ","}
    if read_as.catalogue:
        said = mapping.catalogue or CatalogueMapping()
        changes["catalogue"] = said.model_copy(update={"sheets": (), "header_row": 1})
    return mapping.model_copy(update=changes)


def _mended(stood: Sequence[KeptRow], fields: MappingOf[int, MappingOf[str, str]], load: int) -> _File:
    """The rows with what they are to say. Raises UsageError for a column that they do not have."""
    names = list(stood[0].cells)
    if not names:
        raise UsageError(
            f"Load {load} did not read its rows by columns, so they cannot be mended one by one.",
            "Mend them in their source, and load that again.",
        )
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    lines = []
    for one in stood:
        assert one.row is not None
        said: MappingOf[str, str | None] = fields[one.row]
        unknown = [name for name in said if name not in one.cells]
        if unknown:
            raise UsageError(
                f"The rows of load {load} have no column '{unknown[0]}'.", f"The columns are: {', '.join(names)}."
            )
        cells = [_one_kind_of_line(said.get(name, one.cells[name]) or "") for name in names]
        if not any(cells):
            raise UsageError(
                f"Row {one.row} of load {load} would say nothing.", "Say what it holds, or leave it out."
            )
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(cells)
    return _File(out.getvalue(), tuple(one.row for one in stood if one.row is not None), tuple(lines))


def _one_kind_of_line(text: str) -> str:
    """A cell whose lines end as those of the file do, so that its lines can be counted."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _require_still_open(
    store: Store, settings: Settings, opened: OpenLoad, writer: Writer, load: int, rows: Sequence[int]
) -> None:
    """Gives the load up where the rows were settled while it waited."""
    try:
        require_open(store, settings, clock.last_done(store), load, rows)
    except UsageError:
        writer.close()
        clock.give_up(store, opened)
        raise


def _report(store: Store, settings: Settings, report: LoadReport, file: _File) -> MendReport:
    assert report.load is not None
    again = kept_rows(store, settings, report.load) if report.quarantined else []
    reasons = {one.row: one.reason for one in again}
    return MendReport(
        load=report.load,
        decision=decision_id(report.load),
        report=report,
        rows=[
            MendedOutcome(row=row, line=line, reason=reasons.get(line))
            for row, line in zip(file.rows, file.lines, strict=True)
        ],
    )
