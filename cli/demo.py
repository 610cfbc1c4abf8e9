"""The command `dossier demo`: a demo archive, generated, loaded and served."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli.loading import load_one
from cli.printing import err, out, say
from demo.archive import PEOPLE, SEED, Archive, write
from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import load_mapping
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph.clock import loads
from graph.errors import UsageError
from graph.settings import Settings
from graph.store import Store, open_store

_MADE = "made.json"
Load = Callable[[Store, Settings, LoadRequest], LoadReport]


def demo(
    people: Annotated[int, typer.Option(min=100, help="How many people.")] = PEOPLE,
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = SEED,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on which it answers.")] = 8050,
    folder: Annotated[Path, typer.Option(help="Where sources and store are kept.")] = Path("demo-archive"),
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Generate and load only.")] = False,
) -> None:
    """Generate a demo archive, load it and serve it; a second start finds what is there."""
    settings = Settings().model_copy(update={"store": f"duckdb:///{(folder / 'demo.duckdb').absolute()}"})
    files = _sources(folder, people, seed)
    archive = open_store(settings)
    try:
        for report in load_sources(archive, settings, files, load_one):
            _say_loaded(report)
    finally:
        archive.close()
    if no_serve:
        say(out, f"The demo archive is in {settings.store}. Serve it: dossier serve --store {settings.store}")
        return
    from cli.serving import serve

    serve(port, "127.0.0.1", settings.store)


def _sources(folder: Path, people: int, seed: int) -> list[tuple[Path, Path]]:
    """The sources with their mappings, generated where they are not there yet."""
    made = folder / _MADE
    asked = {"people": people, "seed": seed}
    if made.exists():
        kept = json.loads(made.read_text(encoding="utf-8"))
        if {name: kept[name] for name in asked} != asked:
            raise UsageError(
                f"{folder} holds a demo archive of {kept['people']} people with seed {kept['seed']}.",
                "Name another --folder, or remove it.",
            )
        return [(folder / source, folder / mapping) for source, mapping in kept["files"]]
    say(out, f"Generating a demo archive of {people:,} people in {folder} ...")
    found = _generated(folder, people, seed)
    files = [*found.event_files, *found.workbooks]
    names = [[str(p.relative_to(folder)) for p in pair] for pair in files]
    made.write_text(json.dumps({**asked, "files": names, "faults": found.faults}), encoding="utf-8")
    return files


def _generated(folder: Path, people: int, seed: int) -> Archive:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, done: int, total: int) -> None:
            task = tasks.setdefault(step, bar.add_task(step, total=total) if step not in tasks else tasks[step])
            bar.update(task, completed=done, total=total)

        return write(folder, people, seed, progress)


def load_sources(
    archive: Store, settings: Settings, files: Iterable[tuple[Path, Path]], load: Load = load_file
) -> Iterator[LoadReport]:
    """Loads the standards and then the sources, each with its mapping; those that are loaded already are passed over.

    Rows that are set aside go beside their source. Raises what `load` and `load_standards` do.
    """
    done = {one.source for one in loads(archive) if one.state == "done"}
    if COMES_WITH.name not in done:
        yield load_standards(archive, settings, COMES_WITH)
    for source, mapping in files:
        if source.name not in done:
            aside = source.with_suffix(".quarantine.csv")
            yield load(archive, settings, LoadRequest(source, load_mapping(mapping), mapping.stem, quarantine=aside))


def _say_loaded(report: LoadReport) -> None:
    said = f"{report.source}: {report.rows_in:,} rows, {report.loaded:,} loaded, {report.quarantined:,} set aside"
    say(out, f"{said} ({report.quarantine})." if report.quarantine else f"{said}.")
