"""`dossier standards`: the service-item standards."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph.settings import Settings
from graph.store import open_store

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
