"""An embedded archive of many people, generated and loaded as `dossier load` does.

Run as `python -m bench.archive_load FOLDER --people N`; an archive of as many that is there already is left as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.archive_sources import write
from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import load_mapping
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph.settings import Settings
from graph.store import Store, open_store


def build(folder: Path, people: int) -> None:
    """Writes the sources and loads them into `archive.duckdb`. Raises SystemExit where a row is set aside."""
    if not is_built(folder, "people", people):
        load_all(embedded_in(folder), write(folder / "sources", people))
        (folder / "people").write_text(str(people))


def is_built(folder: Path, what: str, count: int) -> bool:
    """Whether the archive of as many is there. Raises SystemExit where another or an unfinished one is."""
    made = folder / what
    if made.exists() and made.read_text() == str(count):
        return True
    if (folder / "archive.duckdb").exists():
        raise SystemExit(f"{folder} holds an archive that is unfinished or of other {what}; remove it.")
    return False


def embedded_in(folder: Path) -> str:
    """The address of the embedded archive in a folder."""
    return f"duckdb:///{folder / 'archive.duckdb'}"


def load_all(address: str, sources: Sequence[Path]) -> None:
    """Loads the standards that come with the program and the sources. Raises SystemExit where a row is set aside."""
    settings = Settings(store=address)
    store = open_store(settings)
    checked(load_standards(store, settings, COMES_WITH))
    for source in sources:
        report = checked(loaded(store, settings, source))
        print(f"{report.source}: {report.loaded:,} of {report.rows_in:,} rows loaded.", flush=True)
    store.close()


def loaded(store: Store, settings: Settings, source: Path) -> LoadReport:
    """Loads a file by the mapping beside it."""
    mapping = source.with_suffix(".yaml")
    return load_file(store, settings, LoadRequest(source, load_mapping(mapping), mapping.stem))


def checked(report: LoadReport) -> LoadReport:
    """The report. Raises SystemExit where a row was set aside."""
    if report.loaded != report.rows_in:
        raise SystemExit(f"The load did not take every row: {report.as_json()}")
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=50_000)
    options = parser.parse_args()
    build(options.folder, options.people)


if __name__ == "__main__":
    main()
