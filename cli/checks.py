"""`dossier checks`: the four-property checks (四性检测) of DA/T 70, their results and their report."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn

from api.service_address import ServiceAddress
from cli.answers import answered, archive_or_service, request, require_no_folders
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, opened, settings_for
from cli.printing import err, out, say, show_json, show_table
from etl.check_run import CheckReport, CheckRequest, folder_of_files, folders_of, run_checks
from graph.checks.catalogue import PHASES, Phase
from graph.checks.results import CheckFilter, CheckPage, CheckSummary, check_summary, checks
from graph.errors import UsageError
from graph.settings import Settings
from graph.viewer import LOCAL_OPERATOR

app = typer.Typer(no_args_is_help=True, help="The four-property checks of records and files (DA/T 70).")
PhaseOption = Annotated[str, typer.Option(help="GD filing, YJ transfer, CQ long-term keeping.")]


def _phase(text: str) -> Phase:
    for phase in PHASES:
        if phase == text.upper():
            return phase
    raise UsageError(f"There is no phase '{text}'.", f"Give one of {', '.join(PHASES)}.")


@app.command()
def run(
    phase: PhaseOption,
    material: Annotated[list[str] | None, typer.Option(help="Record, by id or 档号. Several times.")] = None,
    system: Annotated[str | None, typer.Option(help="The catalogued records of one source system.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All catalogued records.")] = False,
    files: Annotated[
        list[str] | None,
        typer.Option(help="NAME=FOLDER: where the files lie whose uri begins with NAME/; default DOSSIER_FILES."),
    ] = None,
    transfer: Annotated[Path | None, typer.Option(help="Transfer list (CSV) with the totals.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the checks and keep their outcomes. Ends with 1 where one failed, 4 where none did and one was not run."""
    if sum((bool(material), system is not None, every)) != 1:
        raise UsageError("Which records are to be checked?", "Give --material ID, --system SYSTEM or --all.")
    folders = dict(map(folder_of_files, files or []))
    asked = CheckRequest(_phase(phase), tuple(material or ()), system, folders, transfer)
    report = _run(asked, store)
    if as_json:
        show_json(report)
    else:
        _show(report)
    outcomes = report.outcomes.values()
    if any(one["fail"] for one in outcomes):
        raise typer.Exit(1)
    if any(one["not_run"] for one in outcomes):
        raise typer.Exit(4)


def _run(asked: CheckRequest, store: str | None) -> CheckReport:
    """Runs the checks in the store, or lets the service run them that holds it."""
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=False)
    if isinstance(archive, ServiceAddress):
        return _sent(archive, settings, asked)
    show = Progress(TextColumn("{task.description}"), console=err)
    task = show.add_task("records")

    def told(step: str, done: int, total: int | None) -> None:
        show.update(task, description=f"{step} {done:,} of {total:,}" if total else step)

    try:
        given = replace(asked, folders=asked.folders or folders_of(settings))
        with show:
            return run_checks(archive, settings, LOCAL_OPERATOR, given, told)
    finally:
        archive.close()


def _sent(service: ServiceAddress, settings: Settings, asked: CheckRequest) -> CheckReport:
    require_no_folders(asked.folders)
    data: dict[str, object] = {"phase": asked.phase, "material": list(asked.materials), "every": "false"}
    if asked.system is not None:
        data["system"] = asked.system
    elif not asked.materials:
        data["every"] = "true"
    with contextlib.ExitStack() as stack:
        files = {}
        if asked.transfer:
            files["transfer"] = (asked.transfer.name, stack.enter_context(asked.transfer.open("rb")))
        said = request(service, settings, "POST", "/checks/runs", data=data, files=files or None, seconds=None)
    return CheckReport.model_validate(said)


def _show(report: CheckReport) -> None:
    rows: list[list[object]] = [
        [code, *(one[name] for name in ("pass", "fail", "not_run", "not_applicable"))]
        for code, one in report.outcomes.items()
    ]
    show_table(f"Checks in load {report.load}", ["check", "pass", "fail", "not run", "not applicable"], rows)
    say(
        out,
        f"{report.records} records with {report.files} files, as of load {report.as_of_load}; something failed in "
        f"{report.failed} of them.",
    )


@app.command(name="list")
def list_checks(
    phase: Annotated[str | None, typer.Option(help="GD, YJ or CQ.")] = None,
    property_: Annotated[
        str | None, typer.Option("--property", help="authenticity, completeness, usability, security.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Code of a check, such as GD-1-7.")] = None,
    outcome: Annotated[str | None, typer.Option(help="fail or not_run.")] = None,
    class_: Annotated[str | None, typer.Option("--class", help="Class of the record.")] = None,
    room: Annotated[str | None, typer.Option(help="Code of the room.")] = None,
    material: Annotated[str | None, typer.Option(help="Id of a record.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what failed or was not run."""
    wanted = CheckFilter(
        phase=phase, property=property_, code=code, outcome=outcome, class_=class_, room=room, material=material
    )
    params = {("class" if name == "class_" else name): value for name, value in wanted.model_dump().items()}
    page = answered(
        store,
        lambda archive: checks(archive, LOCAL_OPERATOR, wanted, limit=limit, cursor=cursor),
        CheckPage,
        "/checks",
        {**params, "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(page)
        return
    rows: list[list[object]] = [
        [one.code, one.outcome, one.material, one.class_, one.room, " ".join(said.en for said in one.says)]
        for one in page.items
    ]
    show_table("Checks", ["check", "outcome", "record", "class", "room", "what"], rows)
    if page.next:
        say(out, f"More: --cursor {page.next}")


@app.command()
def summary(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Count results by phase, property, check, class and room."""
    answer = answered(store, lambda archive: check_summary(archive, LOCAL_OPERATOR), CheckSummary, "/checks/summary")
    if as_json:
        show_json(answer)
        return
    names = ["code", "passed", "fail", "not_run", "not_applicable"]
    rows: list[list[object]] = [[one.name.en, *(getattr(one, name) for name in names)] for one in answer.checks]
    show_table(f"{answer.records} records, as of load {answer.as_of_load}", ["check", *names], rows)
    for title in ("properties", "classes", "rooms"):
        held = [[g.phase, g.group, g.records, g.failing, g.not_run] for g in getattr(answer, title)]
        show_table(title.capitalize(), ["phase", "group", "records", "failing", "with something not run"], held)
    said: list[list[object]] = [
        [one.code, one.scope, one.outcome, " ".join(text.en for text in one.says)] for one in answer.batch
    ]
    show_table("Of whole runs", ["check", "scope", "outcome", "what"], said)


@app.command()
def report(
    phase: PhaseOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="The PDF/A to write.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the results of a phase, in Chinese."""
    from graph.checks.report import report_pdf

    with opened(store, read_only=True) as (archive, settings):
        pdf = report_pdf(archive, settings, LOCAL_OPERATOR, _phase(phase))
    try:
        output.write_bytes(pdf)
    except OSError as error:
        raise UsageError(
            f"{output} cannot be written: {error.strerror}.", "Name a file in a folder of yours."
        ) from error
    if as_json:
        out.print_json(data={"path": str(output), "bytes": len(pdf)})
    else:
        say(out, f"{output}: {len(pdf)} bytes")
