"""`dossier quarantine`: rows that loads set aside, mended and loaded again, or left out."""

from __future__ import annotations

import csv
import getpass
from pathlib import Path
from typing import Annotated

import typer

from api.service_address import ServiceAddress
from cli.answers import answered, archive_or_service, request
from cli.archive import JsonOption, LimitOption, StoreOption, settings_for
from cli.decisions import Who, Why, decide_and_show
from cli.printing import out, say, show_json, show_table
from etl.mend import MendedRow, MendReport, MendRequest, mend
from graph.errors import UsageError
from graph.quarantine import (
    SET_ASIDE,
    LeaveOutRequest,
    ListedRows,
    QuarantineList,
    RowSetAside,
    quarantine,
    set_aside,
)
from graph.store import Store
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(no_args_is_help=True, help="Rows that loads set aside.")
Load = Annotated[int, typer.Argument(help="Number of the load that set the row aside.")]
Rows = Annotated[list[int], typer.Option("--row", help="Number of a row. Several times.")]


@app.command(name="list")
def list_rows(
    listed: Annotated[ListedRows, typer.Option("--state", help="Those that are open, settled, or any.")] = "open",
    limit: LimitOption = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rows with their reasons, those of the latest loads first."""

    def asked(archive: Store) -> QuarantineList:
        return quarantine(archive, settings_for(store), LOCAL_OPERATOR, listed=listed, limit=limit)

    answer = answered(store, asked, QuarantineList, "/quarantine", {"state": listed, "limit": limit})
    if as_json:
        show_json(answer)
        return
    rows: list[list[object]] = [
        [one.load, one.source, one.row, one.reason, one.state, one.settled.decision if one.settled else None]
        for one in answer.items
    ]
    title = f"{answer.open} of {answer.rows} rows are open"
    show_table(title, ["load", "source", "row", "reason", "state", "decision"], rows)


@app.command()
def show(
    load: Load,
    row: Annotated[int, typer.Argument(help="Number of the row.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one row as its source said it, and what came of it."""

    def asked(archive: Store) -> RowSetAside:
        return set_aside(archive, settings_for(store), LOCAL_OPERATOR, load, row)

    answer = answered(store, asked, RowSetAside, f"/quarantine/{load}/rows/{row}")
    if as_json:
        show_json(answer)
        return
    cells: list[list[object]] = [[name, text] for name, text in answer.columns.items()]
    show_table(f"{answer.source}, row {answer.row}: {answer.reason}", ["column", "text"], cells)
    if answer.text:
        say(out, answer.text)
    if answer.came_from:
        say(out, f"It was mended before, from row {answer.came_from[1]} of load {answer.came_from[0]}.")
    if answer.settled:
        one = answer.settled
        again = f", set aside again as row {one.again} of load {one.load}" if one.again else ""
        say(out, f"{one.decision}: {answer.state}{again}, by {one.who} at {one.at}: {one.why}")


@app.command(name="mend")
def mend_rows(
    load: Load,
    why: Why,
    who: Who = None,
    row: Annotated[int | None, typer.Option("--row", help="Number of the row that --set mends.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="COLUMN=TEXT: what a column is to say. Several times.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Instead: the load's file of rows set aside, mended (CSV).")
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mend rows and load them again, as one load. Ends with 1 where one was set aside again."""
    rows = _of_options(row, set_, file)
    asked = MendRequest(who=who or getpass.getuser(), why=why, rows=rows)
    answer = _mended(load, asked, store)
    if as_json:
        show_json(answer)
    else:
        said = answer.report
        say(out, f"Load {answer.load}: {said.loaded} loaded, {said.unchanged} unchanged; {answer.decision}.")
        for one in answer.rows:
            if one.reason is not None:
                say(out, f"Row {one.row} was set aside again, as row {one.line} of load {answer.load}: {one.reason}")
        for remark in said.remarks:
            say(out, remark)
    if answer.report.quarantined:
        raise typer.Exit(1)


@app.command()
def leave(
    load: Load, row: Rows, why: Why, who: Who = None, store: StoreOption = None, as_json: JsonOption = False
) -> None:
    """Decide that rows are not to be loaded, such as sums and headers."""
    decide_and_show(LeaveOutRequest(who=who or getpass.getuser(), why=why, load=load, rows=row), store, as_json)


def _of_options(row: int | None, fields: list[str] | None, file: Path | None) -> list[MendedRow]:
    if (file is None) is (row is None) or (row is None) is not (not fields):
        raise UsageError("What is to be mended?", "Give --row N with --set COLUMN=TEXT, or --file FILE.")
    if row is not None:
        parts = [text.partition("=") for text in fields or ()]
        wrong = [name for name, equals, _ in parts if not equals]
        if wrong:
            raise UsageError(f"'{wrong[0]}' says no text.", "Write it as COLUMN=TEXT.")
        return [MendedRow(row=row, fields={name: text for name, _, text in parts})]
    assert file is not None
    return _of_file(file)


def _of_file(path: Path) -> list[MendedRow]:
    """The rows of a file of rows that were set aside; raises UsageError where it is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            read = list(csv.DictReader(stream))
    except (OSError, UnicodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Give a CSV file in UTF-8.") from error
    rows = []
    for line, one in enumerate(read, start=1):
        number = one.get(f"{SET_ASIDE}row") or ""
        if not number.isdecimal() or None in one:
            raise UsageError(
                f"{path}: record {line} is no row that was set aside: its {SET_ASIDE}row says '{number}'.",
                "Mend the file that the load wrote, and leave its columns as they are.",
            )
        fields = {name: text or "" for name, text in one.items() if not name.startswith(SET_ASIDE)}
        rows.append(MendedRow(row=int(number), fields=fields))
    return rows


def _mended(load: int, asked: MendRequest, store: str | None) -> MendReport:
    """Mends in the store, or lets the service do so that holds it."""
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=False)
    if isinstance(archive, ServiceAddress):
        route = f"/quarantine/{load}/mended"
        return MendReport.model_validate(request(archive, settings, "POST", route, json=asked.model_dump()))
    try:
        return mend(archive, settings, LOCAL_OPERATOR, load, asked)
    finally:
        archive.close()
