"""The command `dossier export`: a part of the graph into a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from api.service_address import ServiceAddress
from cli.answers import archive_or_service, fetch
from cli.archive import JsonOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from etl.export.export import FORMS, ExportReport, Form, export, form_of, replacing
from graph.cases import CaseFilter
from graph.errors import UsageError
from graph.instants import parse_one
from graph.selection import SelectionRequest
from graph.settings import Settings
from graph.viewer import LOCAL_OPERATOR


def export_command(
    file: Annotated[
        Path, typer.Argument(help="Its name says the form: .xes[.gz] .json[.gz] .sqlite .graphml .parquet[.zip]")
    ],
    form: Annotated[str | None, typer.Option(help=f"{', '.join(FORMS)}; by default what the name says.")] = None,
    item: Annotated[str | None, typer.Option(help="Cases of this service item.")] = None,
    actor: Annotated[str | None, typer.Option(help="Cases in which this actor acted, by id or name.")] = None,
    activity: Annotated[str | None, typer.Option(help="Cases with this activity.")] = None,
    unit: Annotated[str | None, typer.Option(help="Cases handled by this unit, by id or name.")] = None,
    case_status: Annotated[str | None, typer.Option("--status", help="open, closed or unknown.")] = None,
    from_at: Annotated[str | None, typer.Option("--from", help="Cases still running then or later.")] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="Cases opened by this instant.")] = None,
    person: Annotated[str | None, typer.Option(help="Instead of cases: this person's dossier.")] = None,
    system: Annotated[str | None, typer.Option(help="Only cases of this source system.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Take the place of a file that is there.")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write cases, a person's dossier, or the whole archive as XES, OCEL 2.0, GraphML or Parquet."""
    chosen = _form(form) if form else form_of(file)
    given = {"item": item, "actor": actor, "activity": activity, "unit": unit, "status": case_status}
    filtered = any(given.values()) or from_at or to_at
    if person and (filtered or system):
        raise UsageError("--person says something else than filters of cases.", "Give one or the other.")
    wanted = CaseFilter(
        **given,
        from_at=parse_one(from_at) if from_at else None,
        to_at=parse_one(to_at) if to_at else None,
    )
    asked = SelectionRequest(cases=wanted if filtered else None, person=person, system=system)
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=True)
    if isinstance(archive, ServiceAddress):
        params = {**given, "from": from_at, "to": to_at, "person": person, "system": system, "form": chosen}
        report = _fetched(archive, settings, {**params, "name": file.name}, file, overwrite=overwrite)
    else:
        try:
            report = export(archive, settings, LOCAL_OPERATOR, asked, chosen, file, overwrite=overwrite)
        finally:
            archive.close()
    if as_json:
        show_json(report)
    else:
        _show(report, file)


def _form(text: str) -> Form:
    for form in FORMS:
        if form == text:
            return form
    raise UsageError(f"There is no form '{text}'.", f"Give one of {', '.join(FORMS)}.")


def _fetched(
    address: ServiceAddress, settings: Settings, params: dict[str, str | None], file: Path, *, overwrite: bool
) -> ExportReport:
    """What the service that holds the store writes. A folder of Parquet comes from it as a ZIP only."""
    if params["form"] == "parquet" and not file.name.endswith(".zip"):
        raise UsageError(
            f"The service at {address.url} holds the store, and sends Parquet as one ZIP.",
            "Let the name end with .parquet.zip.",
        )
    given = {name: value for name, value in params.items() if value is not None}
    with replacing(file, overwrite=overwrite) as temporary:
        headers = fetch(address, settings, "GET", "/export", temporary, params=given)
        return ExportReport.model_validate(json.loads(headers["Dossier-Report"]))


def _show(report: ExportReport, file: Path) -> None:
    rows: list[list[object]] = [[name, count] for name, count in {**report.records, **report.links}.items()]
    show_table(f"{file}: {report.form}, as of load {report.as_of_load}", ["record", "count"], rows)
    for what, count in report.left_out.items():
        say(out, f"Left out: {what} ({count})")
    for remark in report.remarks:
        say(out, remark)
