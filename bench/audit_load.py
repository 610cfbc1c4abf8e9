"""An archive for the audit, generated and loaded as `dossier load` does: all of the log but its last day.

Run as `python -m bench.audit_load FOLDER --events N`; an embedded archive of as many that is there already is left as
it is. With `--store URI` the sources are loaded there instead, into an archive that is empty.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.archive_load import embedded_in, is_built, load_all
from bench.audit_sources import write


def build(folder: Path, events: int) -> None:
    """Writes the sources and loads them into `archive.duckdb`. Raises SystemExit where a row is set aside."""
    if not is_built(folder, "events", events):
        *logs, _ = write(folder, events)
        load_all(embedded_in(folder), logs)
        (folder / "events").write_text(str(events))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--store", help="the archive to load into")
    options = parser.parse_args()
    if options.store is None:
        build(options.folder, options.events)
    else:
        *logs, _ = write(options.folder, options.events)
        load_all(options.store, logs)


if __name__ == "__main__":
    main()
