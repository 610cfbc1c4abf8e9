"""The command `dossier load`: files into the archive, with progress and reports."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.service_address import ServiceAddress
from cli.answers import archive_or_service, request
from cli.archive import JsonOption, StoreOption, settings_for
from cli.printing import err, out, say, show_table
from etl.load import LoadAnswer, LoadReport, LoadRequest, load_file
from etl.mapping import Mapping, load_mapping
from graph.errors import UsageError
from graph.settings import Settings
from graph.store import Store


def load(
    files: Annotated[list[Path], typer.Argument(help="Event logs (XES, OCEL 2.0, CSV) and catalogues.")],
    mapping: Annotated[Path | None, typer.Option(help="Mapping file (YAML).")] = None,
    system: Annotated[str | None, typer.Option(help="Source system; default the file's name.")] = None,
    store: StoreOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check; write nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the report there, as JSON.")] = None,
    allow_withdrawals: Annotated[
        bool, typer.Option("--allow-withdrawals", help="Let a snapshot withdraw more than its limit.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Load files, each as one load. Ends with 1 where rows were set aside."""
    given = load_mapping(mapping) if mapping else Mapping()
    name = mapping.stem if mapping else "default"
    settings = settings_for(store)
    if report or not dry_run:
        _require_writable(report)
    reports: list[LoadReport] = []
    archive = None if dry_run else archive_or_service(settings, read_only=False)
    try:
        for path, rejected in zip(files, _quarantine_files(files, report), strict=True):
            request = LoadRequest(path, given, name, system, dry_run, allow_withdrawals, rejected)
            if isinstance(archive, ServiceAddress):
                reports.append(_sent(archive, settings, request, mapping))
            else:
                reports.append(load_one(archive, settings, request))
    finally:
        if archive is not None and not isinstance(archive, ServiceAddress):
            archive.close()
        if reports:
            _show_reports(reports, report, as_json=as_json)
    if any(r.quarantined for r in reports):
        raise typer.Exit(1)


def _sent(service: ServiceAddress, settings: Settings, request_: LoadRequest, mapping: Path | None) -> LoadReport:
    """Lets the service load the file."""
    with contextlib.ExitStack() as stack:
        files = {"file": (request_.path.name, stack.enter_context(request_.path.open("rb")))}
        if mapping:
            files["mapping"] = (mapping.name, stack.enter_context(mapping.open("rb")))
        data = {"allow_withdrawals": str(request_.allow_withdrawals).lower()}
        if request_.system:
            data["system"] = request_.system
        said = request(service, settings, "POST", "/loads", files=files, data=data)
    answer = LoadAnswer.model_validate(said)
    if answer.set_aside is None or request_.quarantine is None:
        return answer.report
    request_.quarantine.write_text(answer.set_aside, encoding="utf-8")
    return replace(answer.report, quarantine=str(request_.quarantine))


def _quarantine_files(files: list[Path], report: Path | None) -> list[Path]:
    """Where the rows of each file that are set aside go: beside the report, or into the working folder."""
    if len(files) == 1:
        return [(report or Path(files[0].name)).with_suffix(".quarantine.csv")]
    folder = report.parent if report else Path()
    stems = [path.with_suffix("").name for path in files]
    names = [s if stems.count(s) == 1 else f"{s}-{place}" for place, s in enumerate(stems, start=1)]
    return [folder / f"{name}.quarantine.csv" for name in names]


def _require_writable(report: Path | None) -> None:
    """Raises UsageError where nothing could be kept in the folder of `report`, or in the working folder.

    Found out before a load, which otherwise would not know where to put the rows that it sets aside.
    """
    folder = (report.parent if report else Path()).absolute()
    if report and report.is_dir():
        raise UsageError(f"{report} is a folder.", "Give --report the name of a file.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"Neither a report nor rows that are set aside can be written to {folder}: {error.strerror}.",
            "Name a file in another folder with --report, or work in another folder.",
        ) from error


def _show_reports(reports: list[LoadReport], file: Path | None, *, as_json: bool) -> None:
    """Reports on stdout and in `file`; what was set aside on stderr."""
    text = "[" + ",\n".join(r.as_json() for r in reports) + "]\n"
    if file:
        file.write_text(text, encoding="utf-8")
    if as_json:
        sys.stdout.write(text)
    else:
        names = ["load", "source", "system", "rows_in", "loaded", "unchanged", "quarantined", "withdrawn"]
        show_table("Loads", names, [[getattr(r, n) for n in names] for r in reports])
        for one in reports:
            for remark in one.remarks:
                say(out, f"{one.source}: {remark}")
    for one in reports:
        if one.quarantined:
            say(err, _set_aside(one))


def _set_aside(report: LoadReport) -> str:
    what = f"{report.source}: {report.quarantined} of {report.rows_in} rows were set aside"
    if report.quarantine is None:
        return f"{what}. A load without --dry-run keeps them in a file, each with its number and reason."
    return f"{what}: {report.quarantine} has each with its number and reason. Mend them and load them again."


def load_one(archive: Store | None, settings: Settings, request: LoadRequest) -> LoadReport:
    """Loads one file with a progress bar."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} {task.fields[what]}, {task.fields[rate]}/s"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task(request.path.name, total=None, what="rows", rate="-")
        step_begun = ("", 0.0)

        def progress(step: str, done: int, of: int | None) -> None:
            nonlocal step_begun
            now = bar.get_time()
            if step_begun[0] != step:
                step_begun = (step, now if step == "writing" else bar.tasks[task].start_time or now)
            elapsed = now - step_begun[1]
            rate = f"{done / elapsed:,.0f}" if elapsed > 0 else "-"
            what = "records" if step == "writing" else "rows"
            bar.update(
                task, description=f"{request.path.name}: {step}", completed=done, total=of, rate=rate, what=what
            )

        return load_file(archive, settings, request, progress)
