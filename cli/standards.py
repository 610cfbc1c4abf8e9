"""`dossier standards`: the service-item standards."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.service_address import ServiceAddress
from cli.answers import answered, archive_or_service, path_part, request
from cli.archive import CursorOption, JsonOption, LimitOption, StoreOption, settings_for
from cli.printing import out, say, show_json, show_table
from etl.standards_draft import write_drafts
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH, draft_text, read_draft, read_standards
from graph.item_standards import (
    Comparison,
    StandardVersion,
    VersionPage,
    compare_standards,
    standard_version,
    standard_versions,
)
from graph.settings import Settings
from graph.simulation import Simulation, simulation
from graph.standard import standard_json_schema, types_json_schema
from graph.store import open_store
from graph.viewer import LOCAL_OPERATOR
from graph.working_days import working_days

app = typer.Typer(no_args_is_help=True, help="The service-item standards.")


@app.callback()
def standards() -> None:
    """The service-item standards."""


@app.command()
def load(
    folder: Annotated[Path | None, typer.Argument(help="Folder; default DOSSIER_STANDARDS.")] = None,
    store: Annotated[str | None, typer.Option("--store", help="Address of the store; default DOSSIER_STORE.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Load a folder of standards as one load."""
    settings = Settings()
    settings = settings.model_copy(update={"store": store}) if store else settings
    archive = open_store(settings)
    try:
        report = load_standards(archive, settings, folder or settings.standards or COMES_WITH)
    finally:
        archive.close()
    if as_json:
        sys.stdout.write(report.as_json() + "\n")
        return
    names = ("load", "source", "rows_in", "loaded", "unchanged")
    table = Table(*names, title="Standards")
    table.add_row(*(str(getattr(report, name)) for name in names))
    Console().print(table)


@app.command()
def schema(
    types: Annotated[bool, typer.Option("--types", help="That of material_types.yaml instead.")] = False,
) -> None:
    """The JSON Schema of the files of items."""
    described = types_json_schema() if types else standard_json_schema()
    sys.stdout.write(json.dumps(described, ensure_ascii=False, indent=2) + "\n")


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Folder; default DOSSIER_STANDARDS.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a folder of standards without loading it; each error with file, line and path."""
    where = folder or Settings().standards or COMES_WITH
    read = read_standards(where)
    found = {
        "folder": where.name,
        "types": len(read.types.types),
        "items": len({item.item for item in read.items}),
        "versions": len(read.items),
    }
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        Console().print(f"{where}: {found['types']} types, {found['versions']} versions of {found['items']} items.")


@app.command(name="list")
def list_standards(
    query: Annotated[str | None, typer.Argument(help="Part of an item's id or name.")] = None,
    limit: LimitOption = 50,
    cursor: CursorOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of standards that the archive has."""
    page = answered(
        store,
        lambda s: standard_versions(s, LOCAL_OPERATOR, query, limit=limit, cursor=cursor),
        VersionPage,
        "/standards",
        {"query": query, "limit": limit, "cursor": cursor},
    )
    if as_json:
        show_json(page)
        return
    names = ["id", "name", "region", "valid_from", "until", "in_force"]
    show_table("Standards", names, [[getattr(row, n) for n in names] for row in page.items])
    if page.next:
        say(out, f"More: --cursor {page.next}")


@app.command()
def show(
    version: Annotated[str, typer.Argument(help="Version, or item for the one in force.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What one version says."""
    answer = answered(
        store,
        lambda s: standard_version(s, LOCAL_OPERATOR, version),
        StandardVersion,
        f"/standards/{path_part(version)}",
    )
    if as_json:
        show_json(answer)
        return
    row = answer.version
    say(out, f"{row.id}: {row.name}, {row.region}, {row.valid_from} to {row.until or '–'}", "bold")
    sys.stdout.write(draft_text(answer.model))


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="Version, or item for the one in force.")],
    after: Annotated[str, typer.Argument(help="Version, or item for the one in force.")],
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was added, changed and removed from one version to another."""
    answer = answered(
        store,
        lambda s: compare_standards(s, LOCAL_OPERATOR, before, after),
        Comparison,
        "/standards/comparison",
        {"before": before, "after": after},
    )
    if as_json:
        show_json(answer)
        return
    rows: list[list[object]] = [
        [change.part, change.kind, change.name, one.field, _written(one.before), _written(one.after)]
        for change in answer.changes
        for one in change.fields
    ]
    columns = ["part", "change", "entry", "key", answer.before.id, answer.after.id]
    show_table(f"{answer.before.id} → {answer.after.id}: {len(answer.changes)} changes", columns, rows)


def _written(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@app.command()
def simulate(
    draft: Annotated[Path, typer.Argument(help="File of one item's standard.")],
    limit: Annotated[int, typer.Option(min=0, max=1000, help="How many of the affected cases are named.")] = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay the past cases of an item under a draft: who would be affected, and how."""
    given = read_draft(draft)
    settings = settings_for(store)
    archive = archive_or_service(settings, read_only=True)
    if isinstance(archive, ServiceAddress):
        sent = given.model_dump(mode="json", by_alias=True)
        said = request(archive, settings, "POST", "/standards/simulation", json=sent, params={"limit": limit})
        answer = Simulation.model_validate(said)
    else:
        try:
            answer = simulation(archive, LOCAL_OPERATOR, given, working_days(settings), limit=limit)
        finally:
            archive.close()
    if as_json:
        show_json(answer)
        return
    rules: list[list[object]] = [[r.part, r.rule, r.outcome, r.new, r.gone] for r in answer.rules]
    show_table(
        f"{answer.version_id}: {answer.cases} cases, {answer.affected} affected",
        ["part", "rule", "outcome", "cases that would have it", "cases that would not any more"],
        rules,
    )
    for one in answer.items:
        says = [*(f"+ {f.says}" for f in one.new), *(f"- {f.says}" for f in one.gone)]
        say(out, f"{one.id} ({', '.join(one.applicants) or 'no applicant'}): {'; '.join(says)}")
    if answer.left_off:
        say(out, f"{answer.left_off} more are affected: --limit")
    for type_id in answer.unknown_types:
        say(out, f"The archive has no type '{type_id}': no record is of it.")


@app.command(name="import")
def import_tables(
    items: Annotated[Path, typer.Argument(help="Table of items and materials.")],
    steps: Annotated[Path, typer.Argument(help="Table of steps.")],
    folder: Annotated[Path, typer.Option("--out", help="Folder for the drafts.")],
    valid_from: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day in force, which the tables do not say.")
    ] = datetime(2000, 1, 1),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Draft a standard of each item and region from tables of guides, and say line by line what is open."""
    drafted, unsettled = write_drafts(items, steps, folder, valid_from.date())
    if as_json:
        said = [{"file": one.file, "line": one.line, "text": one.text} for one in unsettled]
        sys.stdout.write(json.dumps({"drafts": len(drafted.items), "unsettled": said}, ensure_ascii=False) + "\n")
        return
    for one in unsettled:
        sys.stdout.write(f"{one}\n")
    sys.stdout.write(f"{len(drafted.items)} drafts in {folder}; {len(unsettled)} places are unsettled.\n")
