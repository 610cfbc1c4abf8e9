"""An embedded archive for the audit, generated and loaded as `dossier load` does: all of the log but its last day.

Run as `python -m bench.audit_load FOLDER --events N`; an archive of as many that is there already is left as it is.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.audit_sources import write
from etl.load import LoadReport, LoadRequest, load_file
from etl.mapping import load_mapping
from etl.standards_load import load_standards
from etl.standards_source import COMES_WITH
from graph.settings import Settings
from graph.store import Store, open_store


def build(folder: Path, events: int) -> None:
    """Writes the sources and loads them into `archive.duckdb`. Raises SystemExit where a row is set aside."""
    made = folder / "events"
    if made.exists() and made.read_text() == str(events):
        return
    if (folder / "archive.duckdb").exists():
        raise SystemExit(f"{folder} holds an archive that is unfinished or of another log; remove it.")
    *logs, _ = write(folder, events)
    settings = Settings(store=f"duckdb:///{folder / 'archive.duckdb'}")
    store = open_store(settings)
    checked(load_standards(store, settings, COMES_WITH))
    for log in logs:
        checked(loaded(store, settings, log))
    store.close()
    made.write_text(str(events))


def loaded(store: Store, settings: Settings, log: Path) -> LoadReport:
    """Loads a file of the log."""
    mapping = log.with_suffix(".yaml")
    return load_file(store, settings, LoadRequest(log, load_mapping(mapping), mapping.stem))


def checked(report: LoadReport) -> None:
    """Raises SystemExit where a row was set aside."""
    if report.loaded != report.rows_in:
        raise SystemExit(f"The load did not take every row: {report.as_json()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    build(options.folder, options.events)


if __name__ == "__main__":
    main()
