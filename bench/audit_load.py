"""An embedded archive for the audit, generated and loaded as `dossier load` does: all of the log but its last day.

Run as `python -m bench.audit_load FOLDER --events N`; an archive of as many that is there already is left as it is.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.archive_load import is_built, load_all
from bench.audit_sources import write


def build(folder: Path, events: int) -> None:
    """Writes the sources and loads them into `archive.duckdb`. Raises SystemExit where a row is set aside."""
    if not is_built(folder, "events", events):
        *logs, _ = write(folder, events)
        load_all(folder, logs)
        (folder / "events").write_text(str(events))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    build(options.folder, options.events)


if __name__ == "__main__":
    main()
