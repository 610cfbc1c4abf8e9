"""An embedded archive of many people, generated and loaded as `dossier load` does.

Run as `python -m bench.archive_load FOLDER --people N`; an archive of as many that is there already is left as it is.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.archive_sources import write
from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import load_mapping
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph.settings import Settings
from graph.store import open_store


def build(folder: Path, people: int) -> None:
    """Writes the sources and loads them into `archive.duckdb`. Raises SystemExit where a row is set aside."""
    made = folder / "people"
    if made.exists() and made.read_text() == str(people):
        return
    if (folder / "archive.duckdb").exists():
        raise SystemExit(f"{folder} holds an archive that is unfinished or of other people; remove it.")
    sources = write(folder / "sources", people)
    settings = Settings(store=f"duckdb:///{folder / 'archive.duckdb'}")
    store = open_store(settings)
    _check(load_standards(store, settings, COMES_WITH))
    for source in sources:
        mapping = source.with_suffix(".yaml")
        _check(load_file(store, settings, LoadRequest(source, load_mapping(mapping), mapping.stem)))
    store.close()
    made.write_text(str(people))


def _check(report: LoadReport) -> None:
    print(f"{report.source}: {report.loaded:,} of {report.rows_in:,} rows loaded.", flush=True)
    if report.loaded != report.rows_in:
        raise SystemExit(f"The load did not take every row: {report.as_json()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=50_000)
    options = parser.parse_args()
    build(options.folder, options.people)


if __name__ == "__main__":
    main()
